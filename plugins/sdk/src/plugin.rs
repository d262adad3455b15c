//! A plugin's entry point: the list of what it answers to.

use crate::__rt::unknown;
use crate::message::Message;
use crate::{Ctx, Failure, Handled, Manifest};

/// What the host can call. [`plugin!`](crate::plugin) implements this; tests and benchmarks call it natively.
pub trait Plugin {
    /// What the plugin says of itself.
    fn describe() -> Manifest;

    /// A member used the command `name`; `data` is Discord's `{"options", "resolved"}`.
    fn command(_ctx: &mut Ctx<'_>, name: &str, _data: &str) -> Handled {
        Err(unknown("command", name))
    }

    /// A member pressed, chose or submitted; `input` as in `muster:components`.
    fn component(_ctx: &mut Ctx<'_>, custom_id: &str, _input: &str) -> Handled {
        Err(unknown("component", custom_id))
    }

    /// A member types an option of the command `name`.
    fn suggest(_ctx: &mut Ctx<'_>, name: &str, _data: &str) -> Handled {
        Err(unknown("suggestions for", name))
    }

    /// A panel may be edited and should be drawn.
    ///
    /// # Errors
    /// As for any handler; the panel then stays as it is.
    fn render(_ctx: &mut Ctx<'_>, name: &str) -> Result<Option<Message>, Failure> {
        Err(unknown("panel", name))
    }

    /// A timer is due.
    fn fire(_ctx: &mut Ctx<'_>, name: &str, _payload: String) -> Handled {
        Err(unknown("timer", name))
    }

    /// A subscribed event happened; `at` in milliseconds since 1970.
    fn event(
        _ctx: &mut Ctx<'_>,
        topic: String,
        _source: String,
        _at: i64,
        _body: String,
    ) -> Handled {
        Err(unknown("ear for", &topic))
    }

    /// Effects that an answer waits for are through.
    fn outcome(_ctx: &mut Ctx<'_>, _results: &str) -> Handled {
        Err(unknown("outcome", ""))
    }
}

/// Lists what a plugin answers to, and makes it one.
///
/// Every section but `manifest` may be left out; they stand in this order:
///
/// | section | each item | is |
/// |---|---|---|
/// | `manifest` | | a function `fn() -> Manifest` |
/// | `commands` | `"name" => module` | a module with `fn spec() -> CommandSpec` and `fn handle(&mut Ctx, Command) -> Handled` |
/// | `components` | `"action" => module` | a module with `fn spec() -> ComponentSpec` and `fn handle(&mut Ctx, Press<T>) -> Handled` (or `Pick<T>`, `Form<T>`) |
/// | `autocomplete` | `"command" => function` | `fn(&mut Ctx, Typing) -> Result<Vec<Choice>, Failure>` |
/// | `panels` | `"name" => function` | `fn(&mut Ctx, T) -> Result<Option<Message>, Failure>` |
/// | `timers` | `"name" => function` | `fn(&mut Ctx, Timer<T>) -> Handled` |
/// | `events` | `"topic" => function` | `fn(&mut Ctx, Event) -> Handled` |
/// | `outcome` | | a function `fn(&mut Ctx, Outcomes) -> Handled` |
///
/// `T` is what follows the `/` of a custom id, panel name or timer name: see
/// [`FromName`](crate::FromName).
///
/// The macro writes `pub struct Plugin`, which implements [`Plugin`](trait@crate::Plugin), and, in
/// a component, the exports of the world in the crate's `wit/world.wit`. World and list must agree: if they do
/// not, the compiler says which line is missing.
#[macro_export]
macro_rules! plugin {
    (
        manifest: $manifest:path
        $(, commands: { $($command:literal => $($command_module:ident)::+),* $(,)? })?
        $(, components: { $($action:literal => $($component_module:ident)::+),* $(,)? })?
        $(, autocomplete: { $($typed:literal => $suggest:path),* $(,)? })?
        $(, panels: { $($panel:literal => $render:path),* $(,)? })?
        $(, timers: { $($timer:literal => $fire:path),* $(,)? })?
        $(, events: { $($topic:literal => $hear:path),* $(,)? })?
        $(, outcome: $outcome:path)?
        $(,)?
    ) => {
        /// This plugin, as the host calls it.
        pub struct Plugin;

        impl $crate::Plugin for Plugin {
            fn describe() -> $crate::Manifest {
                let manifest: $crate::Manifest = $manifest();
                manifest.version(::core::env!("CARGO_PKG_VERSION"))
                $($( .command($command, $($command_module)::+::spec()) )*)?
                $($( .component($action, $($component_module)::+::spec()) )*)?
                $($( .subscribes($topic) )*)?
            }

            $(fn command(ctx: &mut $crate::Ctx<'_>, name: &str, data: &str) -> $crate::Handled {
                let command = $crate::Command::read(ctx, name, data)?;
                match name {
                    $($command => $($command_module)::+::handle(ctx, command),)*
                    _ => Err($crate::__rt::unknown("command", name)),
                }
            })?

            $(fn component(ctx: &mut $crate::Ctx<'_>, custom_id: &str, input: &str) -> $crate::Handled {
                let (action, data) = $crate::__rt::split(custom_id);
                match action {
                    $($action => {
                        let input = $crate::__rt::from_component(ctx, data, input)?;
                        $($component_module)::+::handle(ctx, input)
                    })*
                    _ => Err($crate::__rt::unknown("component", action)),
                }
            })?

            $(fn suggest(ctx: &mut $crate::Ctx<'_>, name: &str, data: &str) -> $crate::Handled {
                let typing = $crate::Typing::read(ctx, name, data)?;
                let choices = match name {
                    $($typed => $suggest(ctx, typing)?,)*
                    _ => return Err($crate::__rt::unknown("suggestions for", name)),
                };
                ctx.choices(&choices)
            })?

            $(fn render(ctx: &mut $crate::Ctx<'_>, name: &str)
                -> ::core::result::Result<::core::option::Option<$crate::message::Message>, $crate::Failure>
            {
                let (panel, data) = $crate::__rt::split(name);
                match panel {
                    $($panel => match $crate::FromName::from_name(data) {
                        Some(data) => $render(ctx, data),
                        None => Ok(None),
                    },)*
                    _ => Err($crate::__rt::unknown("panel", name)),
                }
            })?

            $(fn fire(ctx: &mut $crate::Ctx<'_>, name: &str, payload: ::std::string::String)
                -> $crate::Handled
            {
                let (timer, data) = $crate::__rt::split(name);
                match timer {
                    $($timer => {
                        let timer = $crate::Timer::read(data, payload)?;
                        $fire(ctx, timer)
                    })*
                    _ => Err($crate::__rt::unknown("timer", name)),
                }
            })?

            $(fn event(
                ctx: &mut $crate::Ctx<'_>,
                topic: ::std::string::String,
                source: ::std::string::String,
                at: i64,
                json: ::std::string::String,
            ) -> $crate::Handled {
                let at = $crate::time::Timestamp::from_millis(at);
                let event = $crate::Event { topic, source, at, json };
                match event.topic.as_str() {
                    $($topic => $hear(ctx, event),)*
                    _ => Err($crate::__rt::unknown("ear for", &event.topic)),
                }
            })?

            $(fn outcome(ctx: &mut $crate::Ctx<'_>, results: &str) -> $crate::Handled {
                $outcome(ctx, $crate::Outcomes::read(results)?)
            })?
        }

        $crate::__rt::world! {
            $(commands { $($command)* })?
            $(components { $($action)* })?
            $(autocomplete { $($typed)* })?
            $(panels { $($panel)* })?
            $(timers { $($timer)* })?
            $(events { $($topic)* })?
            $(outcome { $outcome })?
        }
    };
}
