# A raid night, from an unconfigured guild to a run that is over. host/app/src/story/script.rs says
# what the words mean.

== The guild's owner tells the bot who is who and what goes where

Olivia uses "/setroles administrator:Administrator moderator:Moderator head_organizer:Head Organizer officer:Officer security:Security organizer:Organizer verified_raider:Verified Raider"
    told "Role mappings"
Olivia uses "/setchannels raid:raid raid_log:raid-log bot_log:bot-log"
    told "Channel mappings"

== Otto posts a run and keeps an eye on it

crowd Raider 200 with "Verified Raider"
Otto uses "/run dungeon:SHATTERS party:Garden location:EUWest Nexus description:Bring a slow" in organizers
    told "is posted"
    told "You already have a run"
panel is the message in raid with "Shatters"
desk is what Otto gets for "Organizer Panel" on panel
    told "Organizer Panel"

expect panel "Raiders" shows "{seat joined}"
expect panel "Bench" shows "{seat bench}"
expect panel "Classes" tallies class of seat joined
expect desk shows "Raiders: **{seat joined}** | Bench: **{seat bench}**"
show panel

== Two hundred raiders join within one second

Raider 1-200 press "Join" on panel, within 1000 ms
    told "You joined" means seat joined
    told "You have already joined" means seat joined
right panel
right desk

== They choose their classes

Raider 1-200 press "Choose class" on panel, choose "Wizard|Priest|Warrior|Knight|Paladin|Mystic|Trickster|Bard|Summoner|Archer" from "Choose your class", within 8000 ms
    told "you are" means seat joined, class {choice}
    told "You joined" means seat joined, class {choice}
right panel
right desk

== Some bring keys, some wait in reserve, some leave

Raider 21-32 press "Shatters Key" on panel, within 2000 ms
    told "knows that you have" means key offered
    told "no longer offer" means key none
Raider 1-10 press "Bench" on panel, within 1000 ms
    told "on the bench" means seat bench
Raider 11-15 press "Leave" on panel, within 1000 ms
    told "You left" means seat left
    told "You are not part of" means seat left
expect panel "Keys" shows "**{key offered}**"
expect desk shows "Shatters Key: {key offered}"
right panel
right desk
show panel
show desk

== The run starts, a key is popped, the run ends

Otto presses "Start" on desk
    told "is live"
    told "already started"
expect panel shows "LIVE: Shatters"
right panel
Otto presses "Key popped" on desk
    told "Key 1 popped"
    told "A key was popped a moment ago"
expect panel shows "Key popped"
right panel
show panel
Otto presses "End Run" on desk
    told "has ended"
    told "to log"
    told "is over"
    told "already"
forget panel
forget desk
expect panel shows "Ended: Shatters"
expect panel "Raiders" shows "{seat joined}"
expect panel "Classes" tallies class of seat joined
expect panel "Keys" shows "**{key offered}**"
expect panel "Bench" shows nothing
expect desk shows "This run has ended."
right panel
right desk
show panel
show desk

one message in raid with "Ended: Shatters"
one message in raid with "Raid Starting!"
one thread in raid-log
lines once in raid-log
200 lines in raid-log with "joined ("
10 lines in raid-log with "went to the bench"
5 lines in raid-log with "left ("
1 lines in raid-log with "Started by"
1 lines in raid-log with "popped key 1"
1 lines in raid-log with "Ended by"
