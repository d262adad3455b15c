//! Components written by hand. The zoo does one thing per command, told by the first letter of its
//! name, so that one compilation serves all tests.

/// What `describe` returns.
pub const MANIFEST: &str = r#"{"name": "zoo", "version": "0.1.0", "summary": "Test animals",
    "commands": [
        {"name": "trap", "description": "d", "minimum_role": "everyone"},
        {"name": "form", "description": "d", "minimum_role": "everyone", "opens_modal": true}],
    "components": [{"action": "hello", "minimum_role": "everyone"}],
    "role_keys": [{"key": "suspended", "description": "d", "grants": true},
                  {"key": "team", "description": "d"}],
    "settings": [{"key": "seats", "description": "d", "type": "integer", "min": 1, "max": 99, "default": 30}],
    "discord_permissions": [{"name": "KICK_MEMBERS", "without": "w"}],
    "emits": ["zoo.fed"]}"#;

/// The types that handlers share, as every real plugin imports them.
const TYPES: &str = r#"
  (import "muster:plugin/types@0.1.0" (instance $types
    (type $f (variant (case "member" string) (case "owner" string) (case "internal" string) (case "other" string)))
    (export "failure" (type (eq $f)))))
  (alias export $types "failure" (type $failure))"#;

/// What the zoo imports of the host.
const IMPORTS: &str = r#"
  (import "muster:reply/reply@0.1.0" (instance $reply
    (type $e (variant (case "invalid" string) (case "not-possible" string) (case "other" string)))
    (export "reply-error" (type $error (eq $e)))
    (export "private" (func (param "message" string) (param "options" string) (result (result (error $error)))))
    (export "choices" (func (param "choices" string) (result (result (error $error)))))))
  (import "muster:sql/sql@0.1.0" (instance $sql
    (type $e (variant (case "refused" string) (case "unique" string) (case "foreign-key" string)
      (case "check" string) (case "not-null" string) (case "overflow") (case "timeout")
      (case "limit" string) (case "read-only") (case "other" string)))
    (export "sql-error" (type $error (eq $e)))
    (export "next-id" (func (param "series" string) (result (result s64 (error $error)))))))
  (import "muster:discord/discord@0.1.0" (instance $discord
    (type $e (variant (case "not-found" string) (case "denied" string) (case "bot-lacks" string)
      (case "invalid" string) (case "limit" string) (case "unavailable" string) (case "other" string)))
    (export "discord-error" (type $error (eq $e)))
    (export "member" (func (param "user" u64) (result (result (option string) (error $error)))))))
  (import "wasi:cli/exit@0.2.3" (instance $exit
    (export "exit" (func (param "status" (result))))))"#;

/// Memory and allocator, apart, so that imports can be lowered before the code that calls them.
const LIBC: &str = r#"
  (core module $libc
    (memory (export "memory") 2)
    (global $top (mut i32) (i32.const 65536))
    (func (export "realloc") (param i32 i32 i32 i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and (i32.add (global.get $top) (i32.const 7)) (i32.const -8)))
      (global.set $top (i32.add (local.get $at) (local.get 3)))
      (local.get $at)))
  (core instance $libc (instantiate $libc))
  (alias core export $libc "memory" (core memory $memory))
  (alias core export $libc "realloc" (core func $realloc))"#;

/// The zoo.
pub fn zoo() -> Vec<u8> {
    let manifest = escaped(MANIFEST);
    let length = MANIFEST.len();
    let text = format!(
        r#"(component {TYPES} {IMPORTS} {LIBC}
  (core func $private (canon lower (func $reply "private") (memory $memory) (realloc (func $realloc))))
  (core func $choices (canon lower (func $reply "choices") (memory $memory) (realloc (func $realloc))))
  (core func $next-id (canon lower (func $sql "next-id") (memory $memory) (realloc (func $realloc))))
  (core func $member (canon lower (func $discord "member") (memory $memory) (realloc (func $realloc))))
  (core func $exit (canon lower (func $exit "exit")))
  (core module $main
    (import "libc" "memory" (memory 2))
    (import "host" "private" (func $private (param i32 i32 i32 i32 i32)))
    (import "host" "choices" (func $choices (param i32 i32 i32)))
    (import "host" "next-id" (func $next-id (param i32 i32 i32)))
    (import "host" "member" (func $member (param i64 i32)))
    (import "host" "exit" (func $exit (param i32)))
    (data (i32.const 1024) "{{\22content\22: \22hello\22}}")
    (data (i32.const 1100) "{{\22content\22: \22seen\22}}")
    (data (i32.const 1200) "a sentence")
    (data (i32.const 1300) "[{{\22name\22: \22A\22, \22value\22: 1}}]")
    (data (i32.const 1400) "series")
    (data (i32.const 4096) "{manifest}")
    (global $counter (mut i32) (i32.const 0))

    (func (export "describe") (result i32)
      (i32.store (i32.const 16) (i32.const 4096))
      (i32.store (i32.const 20) (i32.const {length}))
      (i32.const 16))

    (func $ok (result i32) (i32.store (i32.const 32) (i32.const 0)) (i32.const 32))
    ;; err(case(a sentence))
    (func $fail (param $case i32) (result i32)
      (i32.store (i32.const 32) (i32.const 1))
      (i32.store (i32.const 36) (local.get $case))
      (i32.store (i32.const 40) (i32.const 1200))
      (i32.store (i32.const 44) (i32.const 10))
      (i32.const 32))
    (func $say (param i32 i32)
      (call $private (local.get 0) (local.get 1) (i32.const 0) (i32.const 0) (i32.const 64)))
    (func $deep (param i32) (result i32)
      (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
    (func $spin (loop $again (global.set $counter (i32.add (global.get $counter) (i32.const 1))) (br $again)))
    (func $count (call $next-id (i32.const 1400) (i32.const 6) (i32.const 96)))

    (func $handle (export "handle") (param $name i32) (param i32 i32 i32 i32 i32) (result i32)
      (local $letter i32)
      (local.set $letter (i32.load8_u (local.get $name)))
      (if (i32.eq (local.get $letter) (i32.const 116)) (then unreachable)) ;; t
      (if (i32.eq (local.get $letter) (i32.const 115)) (then (call $spin))) ;; s
      (if (i32.eq (local.get $letter) (i32.const 103)) (then ;; g
        (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable))
      (if (i32.eq (local.get $letter) (i32.const 100)) (then (drop (call $deep (i32.const 0))))) ;; d
      (if (i32.eq (local.get $letter) (i32.const 104)) (then (call $say (i32.const 1024) (i32.const 20)))) ;; h
      (if (i32.eq (local.get $letter) (i32.const 110)) (then (call $count))) ;; n
      (if (i32.eq (local.get $letter) (i32.const 108)) (then (call $count) (call $spin))) ;; l
      (if (i32.eq (local.get $letter) (i32.const 109)) (then ;; m
        (call $count)
        (call $member (i64.const 302) (i32.const 128))
        (if (i32.load8_u (i32.const 132)) (then (call $say (i32.const 1100) (i32.const 19))))))
      (if (i32.eq (local.get $letter) (i32.const 77)) (then ;; M
        (call $member (i64.const 302) (i32.const 128))
        (call $member (i64.const 303) (i32.const 128))
        (call $member (i64.const 304) (i32.const 128))
        (call $member (i64.const 305) (i32.const 128))
        (if (i32.eq (i32.load8_u (i32.const 128)) (i32.const 1)) (then ;; err
          (if (i32.eq (i32.load8_u (i32.const 132)) (i32.const 5)) (then ;; unavailable
            (call $say (i32.const 1100) (i32.const 19))))))))
      (if (i32.eq (local.get $letter) (i32.const 114)) (then (call $count) (return (call $fail (i32.const 0))))) ;; r
      (if (i32.eq (local.get $letter) (i32.const 111)) (then (return (call $fail (i32.const 1))))) ;; o
      (if (i32.eq (local.get $letter) (i32.const 105)) (then (return (call $fail (i32.const 2))))) ;; i
      (if (i32.eq (local.get $letter) (i32.const 120)) (then (call $exit (i32.const 1)))) ;; x
      ;; c: says how often this instance was called before
      (if (i32.eq (local.get $letter) (i32.const 99)) (then
        (if (global.get $counter) (then (return (call $fail (i32.const 2)))))
        (global.set $counter (i32.const 1))))
      (call $ok))

    (func (export "suggest") (param i32 i32 i32 i32 i32 i32) (result i32)
      (call $choices (i32.const 1300) (i32.const 27) (i32.const 64))
      (call $ok))

    ;; board/1: a view; wrong: none that can be sent; count: tries to write; else none
    (func (export "render") (param $name i32) (param i32 i32 i32) (result i32)
      (local $letter i32)
      (local.set $letter (i32.load8_u (local.get $name)))
      (i32.store (i32.const 32) (i32.const 0))
      (i32.store (i32.const 36) (i32.const 0))
      (i32.store (i32.const 40) (i32.const 1024))
      (i32.store (i32.const 44) (i32.const 20))
      (if (i32.eq (local.get $letter) (i32.const 98)) (then (i32.store (i32.const 36) (i32.const 1)))) ;; b
      (if (i32.eq (local.get $letter) (i32.const 119)) (then ;; w
        (i32.store (i32.const 36) (i32.const 1)) (i32.store (i32.const 44) (i32.const 19))))
      (if (i32.eq (local.get $letter) (i32.const 99)) (then ;; c
        (call $count)
        (if (i32.eq (i32.load8_u (i32.const 96)) (i32.const 1)) (then
          (if (i32.eq (i32.load8_u (i32.const 104)) (i32.const 8)) (then ;; read-only
            (i32.store (i32.const 36) (i32.const 1))))))))
      (i32.const 32)))
  (core instance $host
    (export "private" (func $private)) (export "choices" (func $choices))
    (export "next-id" (func $next-id)) (export "member" (func $member)) (export "exit" (func $exit)))
  (core instance $main (instantiate $main (with "libc" (instance $libc)) (with "host" (instance $host))))
  {plugin}
  (type $handled (func (param "name" string) (param "data" string) (param "options" string) (result (result (error $failure)))))
  (func $handle (type $handled) (canon lift (core func $main "handle") (memory $memory) (realloc (func $realloc))))
  (instance $handlers (export "handle" (func $handle)))
  (export "muster:commands/commands@0.1.0" (instance $handlers))
  (type $pressed (func (param "custom-id" string) (param "input" string) (param "options" string) (result (result (error $failure)))))
  (func $press (type $pressed) (canon lift (core func $main "handle") (memory $memory) (realloc (func $realloc))))
  (instance $components (export "handle" (func $press)))
  (export "muster:components/components@0.1.0" (instance $components))
  (func $suggest (type $handled) (canon lift (core func $main "suggest") (memory $memory) (realloc (func $realloc))))
  (instance $suggestions (export "suggest" (func $suggest)))
  (export "muster:autocomplete/autocomplete@0.1.0" (instance $suggestions))
  (type $fired (func (param "name" string) (param "payload" string) (param "options" string) (result (result (error $failure)))))
  (func $fire (type $fired) (canon lift (core func $main "handle") (memory $memory) (realloc (func $realloc))))
  (instance $timers (export "fire" (func $fire)))
  (export "muster:timers/fire@0.1.0" (instance $timers))
  (func $render (param "name" string) (param "options" string) (result (result (option string) (error $failure)))
    (canon lift (core func $main "render") (memory $memory) (realloc (func $realloc))))
  (instance $view (export "render" (func $render)))
  (export "muster:panels/view@0.1.0" (instance $view)))"#,
        plugin = PLUGIN_EXPORT,
    );
    compiled(&text)
}

const PLUGIN_EXPORT: &str = r#"
  (func $describe (result string) (canon lift (core func $main "describe") (memory $memory)))
  (instance $plugin (export "describe" (func $describe)))
  (export "muster:plugin/plugin@0.1.0" (instance $plugin))"#;

/// A plugin that hears what the zoo emits.
pub fn hearer() -> Vec<u8> {
    let manifest =
        r#"{"name": "hearer", "version": "0.1.0", "summary": "s", "subscribes": ["zoo.fed"]}"#;
    let (data, length) = (escaped(manifest), manifest.len());
    compiled(&format!(
        r#"(component {TYPES} {LIBC}
  (core module $main
    (import "libc" "memory" (memory 2))
    (data (i32.const 4096) "{data}")
    (func (export "describe") (result i32)
      (i32.store (i32.const 16) (i32.const 4096)) (i32.store (i32.const 20) (i32.const {length})) (i32.const 16))
    (func (export "handle") (param i32 i32 i32 i32 i64 i32 i32 i32 i32) (result i32)
      (i32.store (i32.const 32) (i32.const 0)) (i32.const 32)))
  (core instance $main (instantiate $main (with "libc" (instance $libc))))
  {PLUGIN_EXPORT}
  (func $handle (param "topic" string) (param "source" string) (param "at" s64) (param "body" string)
    (param "options" string) (result (result (error $failure)))
    (canon lift (core func $main "handle") (memory $memory) (realloc (func $realloc))))
  (instance $handlers (export "handle" (func $handle)))
  (export "muster:events/handle@0.1.0" (instance $handlers)))"#
    ))
}

/// A plugin that does nothing but describe itself, with more at component level.
pub fn describing(manifest: &str, more: &str) -> Vec<u8> {
    let (data, length) = (escaped(manifest), manifest.len());
    let body = format!(
        "(i32.store (i32.const 16) (i32.const 4096)) (i32.store (i32.const 20) (i32.const {length})) (i32.const 16)"
    );
    described_by(&body, &data, more)
}

/// A plugin whose `describe` has this body.
pub fn described_by(body: &str, data: &str, more: &str) -> Vec<u8> {
    compiled(&format!(
        r#"(component {more} {LIBC}
  (core module $main
    (import "libc" "memory" (memory 2))
    (data (i32.const 4096) "{data}")
    (func $describe (export "describe") (result i32) {body}))
  (core instance $main (instantiate $main (with "libc" (instance $libc))))
  {PLUGIN_EXPORT})"#
    ))
}

fn escaped(text: &str) -> String {
    text.replace('"', "\\22").replace('\n', " ")
}

fn compiled(text: &str) -> Vec<u8> {
    wat::parse_str(text).unwrap_or_else(|error| panic!("{error}"))
}
