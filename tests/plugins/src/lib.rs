//! muster-test-plugins
