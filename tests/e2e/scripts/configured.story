# What the other scripts begin with: the owner tells the bot who is who and what goes where.

== The guild is configured

Nina uses "/setroles administrator:Organizer" in general
    told "moderator"
    privately
Olivia uses "/setroles administrator:Administrator moderator:Moderator head_organizer:Head Organizer officer:Officer security:Security organizer:Organizer verified_raider:Verified Raider"
    told "Role mappings"
Olivia uses "/setchannels raid:raid raid_log:raid-log bot_log:bot-log"
    told "Channel mappings"
