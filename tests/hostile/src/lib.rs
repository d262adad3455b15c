//! muster-test-hostile
