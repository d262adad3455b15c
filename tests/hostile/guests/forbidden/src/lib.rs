//! Reads a file and opens a connection, which no plugin may: it must be refused when it is loaded.

use muster_sdk::Manifest;

muster_sdk::plugin! {
    manifest: manifest,
    commands: { "peek" => peek },
}

fn manifest() -> Manifest {
    Manifest::new("forbidden", "Reads files")
}

mod peek {
    use muster_sdk::{Command, CommandSpec, Ctx, Handled};

    pub fn spec() -> CommandSpec {
        CommandSpec::new("Reads a file")
    }

    pub fn handle(ctx: &mut Ctx, _: Command) -> Handled {
        let file = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
        let reached = std::net::TcpStream::connect("127.0.0.1:80").is_ok();
        ctx.reply_private(format!("{} {reached}", file.len()))
    }
}
