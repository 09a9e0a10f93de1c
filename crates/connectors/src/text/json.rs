//! JSON as files hold it: one value after another, on lines or not, in a list, or in a list inside an object such as
//! `{"records": [...]}`. Taken apart value by value without reading the whole file.

mod elements;
mod value;

pub(crate) use elements::{Element, Elements};
pub(crate) use value::Json;
