drop table scrap;
