drop table party;
