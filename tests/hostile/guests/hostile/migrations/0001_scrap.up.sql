create table scrap (
    id   bigint not null primary key,
    body text   not null
);
