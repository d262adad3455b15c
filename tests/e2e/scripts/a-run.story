# A run as the people of a guild live it: typed, posted, joined, led and ended.

include "configured.story"

== Otto posts a run

Otto types "shaters" as dungeon of "/run" in organizers
    offered "Shatters"
    not offered "Ocean Trench"
Otto uses "/run" in organizers
    refused "the option \"dungeon\" is required"
Otto uses "/run dungeon:no such dungeon" in organizers
    told "dungeon"
    privately
let party be "Hippo Party"
Otto uses "/run dungeon:SHATTERS party:{party} location:USW3" in organizers
    told "is posted"
panel is the message in raid with "Shatters"
panel shows "Starting Soon: Shatters"
panel offers "Join"

== People join, choose, wait and leave

Vera presses "Join" on panel
    told "You joined"
    also told "{party}"
    never told "already"
    privately
Vera presses "Join" on panel
    told "already"
Vito presses "Choose class" on panel
    privately
    called menu
Vito chooses "Wizard" from "Choose your class" on menu
    told "as 🧙 **Wizard**"
Sam presses "Bench" on panel
    told "on the bench"
panel "Raiders" shows "2"
panel "Classes" shows "Wizard (1)"
panel "Bench" shows "1"
Sam presses "Leave" on panel
    told "You left"
panel "Bench" shows "0"
Vera presses "Nonsense" on panel
    refused "the message has no control \"Nonsense\""

== Otto leads it from his organizer panel

Nina presses "Organizer Panel" on panel
    told "organizer"
desk is what Otto gets for "Organizer Panel" on panel
desk offers "Start"
desk offers no "End Run"
Otto presses "Start" on desk
    told "is live"
panel shows "LIVE: Shatters"
Otto presses "Set Location" on desk
    form "Set Location"
Otto fills "Location" with "EUW2 Bazaar"
panel shows "EUW2 Bazaar"
panel shows no "USW3"
Otto presses "End Run" on desk
    told "has ended"
panel shows "Ended: Shatters"
panel offers no "Join"
raid-log logs "@Vera joined (" 1 times
raid-log logs "Ended by"
raid-log logs no "Cancelled by"
show panel
