//! muster-test-e2e
