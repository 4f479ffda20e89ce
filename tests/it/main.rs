//! The one integration binary.

mod architecture;
mod book;
mod cli_reference;
mod docs;
mod own_prds;
