//! The exports of one plugin: which it has, and how each is called.

use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, Instance, Lift, Lower,
};
use wasmtime::{AsContextMut, Store};

use crate::failure::{CallError, Failure};
use crate::guest::Guest;

type Handled = (Result<(), Failure>,);
type Three<'a> = (&'a str, &'a str, &'a str);

/// Where each export of a plugin is found. An export that a plugin does not have is not called.
pub(crate) struct Exports {
    describe: Option<ComponentExportIndex>,
    command: Option<ComponentExportIndex>,
    component: Option<ComponentExportIndex>,
    suggest: Option<ComponentExportIndex>,
    render: Option<ComponentExportIndex>,
    timer: Option<ComponentExportIndex>,
    event: Option<ComponentExportIndex>,
    outcome: Option<ComponentExportIndex>,
}

/// The exported interfaces of the contract.
pub(crate) mod interface {
    pub const PLUGIN: &str = "muster:plugin/plugin@0.1.0";
    pub const COMMANDS: &str = "muster:commands/commands@0.1.0";
    pub const COMPONENTS: &str = "muster:components/components@0.1.0";
    pub const AUTOCOMPLETE: &str = "muster:autocomplete/autocomplete@0.1.0";
    pub const VIEW: &str = "muster:panels/view@0.1.0";
    pub const TIMERS: &str = "muster:timers/fire@0.1.0";
    pub const EVENTS: &str = "muster:events/handle@0.1.0";
    pub const EFFECTS: &str = "muster:effects/effects@0.1.0";

    /// All of them.
    pub const ALL: [&str; 8] = [
        PLUGIN,
        COMMANDS,
        COMPONENTS,
        AUTOCOMPLETE,
        VIEW,
        TIMERS,
        EVENTS,
        EFFECTS,
    ];
}

/// One call of an export, with what it is given. `options`, the last parameter of all, is empty so far.
pub(crate) enum Invocation {
    Command {
        name: String,
        data: String,
    },
    Component {
        custom_id: String,
        input: String,
    },
    Suggest {
        name: String,
        data: String,
    },
    Render {
        panel: String,
    },
    Timer {
        name: String,
        payload: String,
    },
    Event {
        topic: String,
        source: String,
        at: i64,
        body: String,
    },
    Outcome {
        results: String,
    },
}

/// What an export returned: a handler nothing, a view its message, if there is such a panel.
pub(crate) enum Returned {
    Done,
    View(Option<String>),
}

impl Exports {
    /// Looks up what the component has.
    pub fn of(component: &Component) -> Self {
        let find = |interface: &str, function: &str| {
            let interface = component.get_export_index(None, interface)?;
            component.get_export_index(Some(&interface), function)
        };
        Self {
            describe: find(interface::PLUGIN, "describe"),
            command: find(interface::COMMANDS, "handle"),
            component: find(interface::COMPONENTS, "handle"),
            suggest: find(interface::AUTOCOMPLETE, "suggest"),
            render: find(interface::VIEW, "render"),
            timer: find(interface::TIMERS, "fire"),
            event: find(interface::EVENTS, "handle"),
            outcome: find(interface::EFFECTS, "outcome"),
        }
    }

    pub const fn handles_commands(&self) -> bool {
        self.command.is_some()
    }

    pub const fn handles_components(&self) -> bool {
        self.component.is_some()
    }

    pub const fn handles_events(&self) -> bool {
        self.event.is_some()
    }

    /// Asks for the manifest.
    pub async fn describe(
        &self,
        store: &mut Store<Guest>,
        instance: &Instance,
    ) -> wasmtime::Result<String> {
        let index = self.describe.as_ref();
        let index = index.ok_or_else(|| wasmtime::Error::msg("there is no `describe`"))?;
        let describe = instance.get_typed_func::<(), (String,)>(&mut *store, index)?;
        Ok(describe.call_async(store, ()).await?.0)
    }

    /// Names the exports whose parameters or results are not those of the contract.
    pub fn mistyped(&self, store: &mut Store<Guest>, instance: &Instance) -> Vec<&'static str> {
        let mut wrong = Vec::new();
        let mut check = |fits: bool, name| {
            if !fits {
                wrong.push(name);
            }
        };
        check(
            fits::<Three<'_>, Handled>(store, instance, &self.command),
            interface::COMMANDS,
        );
        check(
            fits::<Three<'_>, Handled>(store, instance, &self.component),
            interface::COMPONENTS,
        );
        check(
            fits::<Three<'_>, Handled>(store, instance, &self.suggest),
            interface::AUTOCOMPLETE,
        );
        check(
            fits::<Three<'_>, Handled>(store, instance, &self.timer),
            interface::TIMERS,
        );
        check(
            fits::<(&str, &str), Handled>(store, instance, &self.outcome),
            interface::EFFECTS,
        );
        check(
            fits::<(&str, &str), (Result<Option<String>, Failure>,)>(store, instance, &self.render),
            interface::VIEW,
        );
        check(
            fits::<(&str, &str, i64, &str, &str), Handled>(store, instance, &self.event),
            interface::EVENTS,
        );
        wrong
    }

    /// Runs one call on an instance.
    pub async fn run(
        &self,
        store: &mut Store<Guest>,
        instance: &Instance,
        what: &Invocation,
    ) -> wasmtime::Result<Result<Returned, CallError>> {
        let at = Callee { store, instance };
        let (index, interface) = self.callee(what);
        let Some(index) = index else {
            return Ok(Err(CallError::NotExported(interface)));
        };
        let (handled,): Handled = match what {
            Invocation::Command { name, data } | Invocation::Suggest { name, data } => {
                at.call(index, (&**name, &**data, "")).await?
            }
            Invocation::Component { custom_id, input } => {
                at.call(index, (&**custom_id, &**input, "")).await?
            }
            Invocation::Timer { name, payload } => {
                at.call(index, (&**name, &**payload, "")).await?
            }
            Invocation::Event {
                topic,
                source,
                at: when,
                body,
            } => {
                let given = (&**topic, &**source, *when, &**body, "");
                at.call(index, given).await?
            }
            Invocation::Outcome { results } => at.call(index, (&**results, "")).await?,
            Invocation::Render { panel } => {
                let (view,): (Result<Option<String>, Failure>,) =
                    at.call(index, (&**panel, "")).await?;
                return Ok(view.map(Returned::View).map_err(CallError::Failed));
            }
        };
        Ok(handled.map(|()| Returned::Done).map_err(CallError::Failed))
    }

    fn callee(&self, what: &Invocation) -> (Option<&ComponentExportIndex>, &'static str) {
        let (index, interface) = match what {
            Invocation::Command { .. } => (&self.command, interface::COMMANDS),
            Invocation::Component { .. } => (&self.component, interface::COMPONENTS),
            Invocation::Suggest { .. } => (&self.suggest, interface::AUTOCOMPLETE),
            Invocation::Render { .. } => (&self.render, interface::VIEW),
            Invocation::Timer { .. } => (&self.timer, interface::TIMERS),
            Invocation::Event { .. } => (&self.event, interface::EVENTS),
            Invocation::Outcome { .. } => (&self.outcome, interface::EFFECTS),
        };
        (index.as_ref(), interface)
    }
}

struct Callee<'a> {
    store: &'a mut Store<Guest>,
    instance: &'a Instance,
}

impl Callee<'_> {
    async fn call<Parameters, Results>(
        self,
        index: &ComponentExportIndex,
        parameters: Parameters,
    ) -> wasmtime::Result<Results>
    where
        Parameters: ComponentNamedList + Lower + Send + Sync,
        Results: ComponentNamedList + Lift + Send + Sync + 'static,
    {
        let function = self
            .instance
            .get_typed_func::<Parameters, Results>(self.store.as_context_mut(), index)?;
        function.call_async(self.store, parameters).await
    }
}

fn fits<Parameters, Results>(
    store: &mut Store<Guest>,
    instance: &Instance,
    index: &Option<ComponentExportIndex>,
) -> bool
where
    Parameters: ComponentNamedList + Lower,
    Results: ComponentNamedList + Lift,
{
    index.as_ref().is_none_or(|index| {
        instance
            .get_typed_func::<Parameters, Results>(store, index)
            .is_ok()
    })
}
