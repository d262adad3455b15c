"""A small bot as anybody would write it with discord.py. Nothing in it knows of the playground but the address."""

import asyncio
import os
import sys

if os.environ["COMPRESSION"] == "zlib-stream":
    # discord.py takes zstd-stream wherever this can be imported.
    sys.modules["zstandard"] = None

import discord
import yarl
from discord import app_commands, ui
from discord.gateway import DiscordWebSocket
from discord.http import Route

BASE_URL = os.environ["BASE_URL"]
Route.BASE = f"{BASE_URL}/api/v10"
DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(BASE_URL.replace("http", "ws", 1) + "/gateway")

FRUIT = ["apple", "apricot", "banana", "cherry"]

client = discord.Client(intents=discord.Intents(guilds=True, guild_messages=True))
tree = app_commands.CommandTree(client)


def names(things):
    return ", ".join(sorted(thing.name for thing in things))


class Again(ui.View):
    @ui.button(label="Again", style=discord.ButtonStyle.primary)
    async def again(self, interaction, button):
        await interaction.response.edit_message(content=f"{interaction.message.content}, again", view=None)
        await interaction.message.add_reaction("👍")


class Menus(ui.View):
    @ui.select(custom_id="texts", max_values=2, options=[
        discord.SelectOption(label=value.upper(), value=value) for value in ("red", "green", "blue")
    ])
    async def texts(self, interaction, menu):
        await interaction.response.edit_message(content=", ".join(menu.values))

    @ui.select(cls=ui.UserSelect, custom_id="users")
    async def users(self, interaction, menu):
        await interaction.response.edit_message(content=names(menu.values))

    @ui.select(cls=ui.RoleSelect, custom_id="roles")
    async def roles(self, interaction, menu):
        await interaction.response.edit_message(content=names(menu.values))

    @ui.select(cls=ui.MentionableSelect, custom_id="mentionables", max_values=2)
    async def mentionables(self, interaction, menu):
        people = [one for one in menu.values if not isinstance(one, discord.Role)]
        roles = [one for one in menu.values if isinstance(one, discord.Role)]
        await interaction.response.edit_message(content=f"{names(people)} and {names(roles)}")

    @ui.select(cls=ui.ChannelSelect, custom_id="channels")
    async def channels(self, interaction, menu):
        await interaction.response.edit_message(content=names(menu.values))


class Layout(ui.LayoutView):
    text = ui.TextDisplay("Laid out")


class Feedback(ui.Modal, title="Your words"):
    words = ui.Label(text="Words", component=ui.TextInput())
    friend = ui.Label(text="Friend", component=ui.UserSelect())

    async def on_submit(self, interaction):
        friend = names(self.friend.component.values)
        await interaction.response.send_message(
            f"{self.words.component.value}, says {interaction.user.name} to {friend}", ephemeral=True)


@tree.command(description="Greets with a fruit")
async def greet(interaction: discord.Interaction, fruit: str):
    await interaction.response.send_message(f"{fruit} for {interaction.user.name}", view=Again())


@greet.autocomplete("fruit")
async def suggest(interaction: discord.Interaction, typed: str):
    return [app_commands.Choice(name=fruit, value=fruit) for fruit in FRUIT if fruit.startswith(typed)]


@tree.command(description="Shows every kind of menu")
async def menus(interaction: discord.Interaction):
    await interaction.response.send_message("Choose", view=Menus(), ephemeral=True)


@tree.command(description="Shows a message laid out by components")
async def layout(interaction: discord.Interaction):
    await interaction.response.send_message(view=Layout())


@tree.command(description="Asks for words")
async def feedback(interaction: discord.Interaction):
    await interaction.response.send_modal(Feedback())


@tree.command(description="Answers late, then follows up")
async def slow(interaction: discord.Interaction):
    await interaction.response.defer()
    await interaction.edit_original_response(content="Done")
    kept = await interaction.followup.send("More", ephemeral=True, wait=True)
    gone = await interaction.followup.send("Not this", wait=True)
    await kept.edit(content="More, edited")
    await gone.delete()


@tree.command(description="Posts messages")
async def post(interaction: discord.Interaction, count: int):
    await interaction.response.defer()
    await asyncio.gather(*(interaction.channel.send(f"Post {at + 1}") for at in range(count)))
    await interaction.edit_original_response(content=f"{count} posted")


@tree.context_menu(name="Quote")
async def quote(interaction: discord.Interaction, message: discord.Message):
    await interaction.response.send_message(f"> {message.content}")


@tree.context_menu(name="Wave")
async def wave(interaction: discord.Interaction, user: discord.User):
    await interaction.response.send_message(f"Hello, {user.name}")


@client.event
async def setup_hook():
    await tree.sync()


client.run(os.environ["DISCORD_TOKEN"])
