-- What they were called when they offered the key: it goes on with the offer when the headcount becomes a run.
alter table headcount_key_offer add column user_name text;
