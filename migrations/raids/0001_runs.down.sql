drop table recent_dungeon;
drop table key_pop_snapshot;
drop table key_reaction;
drop table reaction;
drop table run;
