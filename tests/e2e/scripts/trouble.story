# What people notice when the bot, the machine or Discord has a bad evening: as little as possible.

include "configured.story"

== The bot restarts, and is killed

Otto uses "/run dungeon:SHATTERS" in organizers
    told "is posted"
panel is the message in raid with "Shatters"
Vera presses "Join" on panel
    told "You joined"
the bot restarts
Vito presses "Join" on panel
    told "You joined"
panel "Raiders" shows "2"
the bot is killed
Hanna presses "Join" on panel
    told "You joined"
panel "Raiders" shows "3"

== Discord fails for a while

Discord answers 503 to "PATCH /channels/{channel.id}/messages/{message.id}" 2 times
Sam presses "Join" on panel
    told "You joined"
panel "Raiders" shows "4"
Discord recovers
Vera presses "Leave" on panel
    told "You left"
panel "Raiders" shows "3"

== Somebody comes and somebody goes

Zoe joins with "Verified Raider"
Zoe has role "Verified Raider"
Zoe has no role "Organizer"
role "Organizer" goes to Zoe
Zoe uses "/run dungeon:ORYX_3" in organizers
    told "is posted"
second is the message in raid with "Oryx 3"
message second is deleted
second is gone
Vito writes "hello" in raid
Vera sees "hello" in raid
Vera sees no "nobody said that" in raid
Zoe leaves

== Nobody ends the run, so it ends by itself

3 hours pass
panel shows "Ended: Shatters"
Vera gets no DM with "Shatters"
