//! Tests of built plugins, over the real runtime and a real database: see `tests/`.
//!
//! The plugins in `guests/` exist for these tests only; the build script makes components of them.
