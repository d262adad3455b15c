create table wave (
    user_id bigint not null,
    times   bigint not null,
    at      bigint not null,
    primary key (user_id),
    constraint wave_not_too_often check (times <= 5)
);
