//! Reads the surroundings, calls the library, returns its exit code.

fn main() {}
