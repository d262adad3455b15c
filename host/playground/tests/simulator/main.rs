//! The simulator seen from the outside: a bare WebSocket and HTTP client, and serenity.

mod bot;
mod errors;
mod faults;
mod gateway;
mod hierarchy;
mod interactions;
mod limits;
mod load;
mod messages;
mod oauth;
mod page;
mod personas;
mod rate_limits;
mod rules;
mod save;
mod serenity_client;
mod switches;
mod webhooks;
