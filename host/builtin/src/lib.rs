//! The plugins of this repository, inside the binary: so that one file is the whole bot.
//!
//! The build script takes whatever it finds under `plugins/`; nothing here knows one by name.

/// A plugin that is part of the binary. To the host it is like any other that was installed.
#[derive(Debug)]
pub struct BuiltinPlugin {
    /// The name of its folder, which is also what its manifest says.
    pub name: &'static str,
    /// The component.
    pub wasm: &'static [u8],
}

/// All of them, by name.
pub static PLUGINS: &[BuiltinPlugin] = include!(concat!(env!("OUT_DIR"), "/plugins.rs"));

/// A file that a plugin brings for the playground: a guild, a story, a word of welcome.
#[derive(Debug)]
pub struct PlaygroundFile {
    /// The plugin's name.
    pub plugin: &'static str,
    /// The file's name.
    pub name: &'static str,
    /// What is in it.
    pub text: &'static str,
}

/// Everything in the plugins' folders `playground`, by plugin and name.
pub static PLAYGROUND: &[PlaygroundFile] = include!(concat!(env!("OUT_DIR"), "/playground.rs"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inside_are_components() {
        // See https://github.com/WebAssembly/component-model/blob/main/design/mvp/Binary.md#component-definitions
        const COMPONENT: &[u8] = b"\0asm\x0d\0\x01\0";
        for plugin in PLUGINS {
            assert_eq!(&plugin.wasm[..8], COMPONENT, "{}", plugin.name);
        }
    }
}
