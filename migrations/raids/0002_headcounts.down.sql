drop table role_ping_panel;
drop table dungeon_role_ping;
alter table run drop column headcount_id;
drop table headcount_key_offer;
drop table headcount_participant;
drop table headcount;
drop table headcount_draft;
