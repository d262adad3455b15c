create table entry (
    number bigint not null,
    what   text   not null,
    primary key (number)
);
