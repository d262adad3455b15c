drop table plugin_dropped;
drop index command_log_success;
drop index audit_action;
drop index audit_created;
drop table audit_archive;
