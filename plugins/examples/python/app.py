"""Odds: `/odds` says how likely a drop is after some runs."""

import json

from componentize_py_types import Err
from wit_world import exports
from wit_world.imports import log, reply
from wit_world.imports.types import Failure_Member


class Plugin(exports.Plugin):
    """What the plugin says of itself. The host reads it once, at installation."""

    def describe(self) -> str:
        return json.dumps(
            {
                "name": "odds",
                "version": "0.1.0",
                "summary": "Says how likely a drop is",
                "commands": [
                    {
                        "name": "odds",
                        "description": "How likely a drop is after some runs",
                        "minimum_role": "everyone",
                        "options": [
                            integer("one_in", "The drop's rate: one in this many runs"),
                            integer("runs", "How many runs"),
                        ],
                    }
                ],
            }
        )


class Commands(exports.Commands):
    """A member used the command."""

    def handle(self, name: str, data: str, options: str) -> None:
        given = {option["name"]: option["value"] for option in json.loads(data)["options"]}
        one_in, runs = given["one_in"], given["runs"]
        if one_in < 2:
            # An error reaches the member as it is, and undoes what the call did.
            raise Err(Failure_Member("A drop that always comes has no odds."))
        chance = 1 - (1 - 1 / one_in) ** runs
        log.write(log.Level.DEBUG, f"one in {one_in}, {runs} runs")
        content = f"At least one drop in {runs} runs: {chance:.1%}"
        reply.private(json.dumps({"content": content, "allowed_mentions": {"parse": []}}), "")


def integer(name: str, description: str) -> dict:
    """A whole number that the command cannot do without."""
    return {
        "type": 4,
        "name": name,
        "description": description,
        "required": True,
        "min_value": 1,
        "max_value": 100_000,
    }
