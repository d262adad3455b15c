//! Which files are plugins, and what is said of those that are none.

use std::time::Instant;

use muster_runtime::{Limits, PluginOptions, Wasi};

use crate::support::component::{described_by, describing, zoo};
use crate::support::{Host, MANIFEST_OF_NOTHING as SMALL};

async fn refused(host: &Host, wasm: Vec<u8>) -> String {
    let loaded = host.runtime.load(wasm, PluginOptions::default()).await;
    loaded.err().expect("refused").to_string()
}

#[tokio::test]
async fn a_plugin_says_who_it_is() {
    let host = Host::start().await;
    let plugin = host
        .runtime
        .load(zoo(), PluginOptions::default())
        .await
        .expect("a plugin");
    assert_eq!(plugin.manifest().name.as_str(), "zoo");
}

#[tokio::test]
async fn what_is_no_component_is_refused_in_plain_words() {
    let host = Host::with(Limits {
        instances: 2,
        file_bytes: 1 << 20,
        ..Limits::default()
    })
    .await;
    let module = wat::parse_str("(module)").expect("valid");
    assert!(refused(&host, module).await.contains("wasm32-wasip2"));
    assert!(
        refused(&host, b"hello there".to_vec())
            .await
            .contains("no WebAssembly file")
    );
    assert!(
        refused(&host, vec![0; (1 << 20) + 1])
            .await
            .contains("2 MiB")
    );
    let mut cut = zoo();
    cut.truncate(cut.len() - 10);
    assert!(refused(&host, cut).await.contains("cut off"));
    let mut broken = zoo();
    let middle = broken.len() / 2;
    broken[middle..middle + 64].fill(0xff);
    assert!(refused(&host, broken).await.contains("damaged"));
    let nothing = wat::parse_str("(component)").expect("valid");
    assert!(
        refused(&host, nothing)
            .await
            .contains("no plugin for Muster")
    );
}

#[tokio::test]
async fn forbidden_imports_are_named_all_at_once() {
    let host = Host::start().await;
    let files = r#"(import "wasi:filesystem/preopens@0.2.6" (instance))
        (import "wasi:sockets/instance-network@0.2.6" (instance)) (import "acme:mail/mail@1.0.0" (instance))"#;
    let text = refused(&host, describing(SMALL, files)).await;
    for name in [
        "filesystem/preopens",
        "sockets/instance-network",
        "acme:mail/mail@1.0.0",
    ] {
        assert!(text.contains(name), "{text}");
    }
    let empty = PluginOptions {
        wasi: Wasi::FullEmpty,
    };
    let files = r#"(import "wasi:filesystem/preopens@0.2.6" (instance))"#;
    let loaded = host.runtime.load(describing(SMALL, files), empty).await;
    loaded
        .map(drop)
        .expect("the opt-in tier links files that are not there");
}

#[tokio::test]
async fn another_version_of_the_contract_is_refused() {
    let host = Host::start().await;
    let text = refused(
        &host,
        describing(SMALL, r#"(import "muster:sql/sql@0.2.0" (instance))"#),
    )
    .await;
    assert!(
        text.contains("muster:sql/sql@0.2.0") && text.contains("here: 0.1.0"),
        "{text}"
    );
    // A newer patch is fine as long as only what exists is used.
    let newer = r#"(import "muster:timers/timers@0.1.9" (instance))"#;
    let loaded = host
        .runtime
        .load(describing(SMALL, newer), PluginOptions::default())
        .await;
    loaded.map(drop).expect("compatible");
    let unknown = r#"(import "muster:timers/timers@0.1.9" (instance (export "later" (func))))"#;
    let text = refused(&host, describing(SMALL, unknown)).await;
    assert!(
        text.contains("another version of Muster") && text.contains("later"),
        "{text}"
    );
}

#[tokio::test]
async fn a_manifest_with_problems_is_refused_with_all_of_them() {
    let host = Host::start().await;
    let manifest = r#"{"name": "small", "version": "one", "summary": "s",
        "commands": [{"name": "Big", "description": "d", "minimum_role": "everyone"}]}"#;
    let text = refused(&host, describing(manifest, "")).await;
    assert!(
        text.contains("2 problem(s)") && text.contains("Big"),
        "{text}"
    );
    let manifest = manifest
        .replace("\"one\"", "\"0.1.0\"")
        .replace("Big", "big");
    let text = refused(&host, describing(&manifest, "")).await;
    assert!(
        text.contains("does not export `muster:commands/commands@0.1.0`"),
        "{text}"
    );
}

#[tokio::test]
async fn describe_may_neither_crash_nor_run_for_ever_nor_act() {
    let host = Host::with(Limits {
        instances: 2,
        cpu_ms: 30,
        ..Limits::default()
    })
    .await;
    let text = refused(&host, described_by("unreachable", "", "")).await;
    assert!(
        text.contains("`describe` failed") && text.contains("unreachable"),
        "{text}"
    );
    let text = refused(&host, described_by("(loop $l (br $l)) unreachable", "", "")).await;
    assert!(text.contains("30 ms of CPU time"), "{text}");
    let text = refused(
        &host,
        described_by("(memory.grow (i32.const 9999)) drop unreachable", "", ""),
    )
    .await;
    assert!(text.contains("64 MiB"), "{text}");
}

#[tokio::test]
async fn a_compiled_plugin_is_loaded_from_the_cache() {
    let folder = tempfile::tempdir().expect("a folder");
    let cache = tempfile::tempdir().expect("a folder");
    let limits = Limits {
        instances: 2,
        ..Limits::default()
    };
    let host = Host::at(folder, limits, Some(cache.path())).await;
    host.runtime
        .load(zoo(), PluginOptions::default())
        .await
        .expect("compiled");
    let kept = std::fs::read_dir(cache.path()).expect("a folder").count();
    assert_eq!(kept, 1);
    let started = Instant::now();
    host.runtime
        .load(zoo(), PluginOptions::default())
        .await
        .expect("from the cache");
    println!("loaded from the cache in {:?}", started.elapsed());
}
