alter table headcount_key_offer drop column user_name;
