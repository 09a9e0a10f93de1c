//! How the columns of a file nest: what a row is put together by.

use std::ops::Range;

use parquet::basic::{ConvertedType, LogicalType, Repetition};
use parquet::schema::types::{Type, TypePtr};

/// How deep columns may nest.
const DEPTH_MAX: usize = 32;

/// A column, or what several of them make.
#[derive(Debug)]
pub(crate) struct Shape {
    /// The level from which on it is there.
    pub(crate) present: i16,
    /// The columns of the file that it is made of.
    pub(crate) leaves: Range<usize>,
    pub(crate) of: Of,
}

/// What it is.
#[derive(Debug)]
pub(crate) enum Of {
    /// A value of a column.
    Value,
    /// Members with names.
    Struct(Vec<(String, Shape)>),
    /// Items.
    List(Items),
    /// Items of two parts, a key and a value.
    Map(Items),
}

/// What is repeated.
#[derive(Debug)]
pub(crate) struct Items {
    /// The level from which on there is an item.
    pub(crate) filled: i16,
    /// The level at which another item follows.
    pub(crate) repetition: i16,
    pub(crate) item: Box<Shape>,
}

/// How far the walk over the schema is: the levels so far, and the next column.
#[derive(Clone, Copy)]
struct At {
    definition: i16,
    repetition: i16,
    depth: usize,
}

impl Shape {
    /// The columns of a table, by name; none if they nest too deep.
    pub(crate) fn columns(schema: &Type) -> Option<Vec<(String, Self)>> {
        members(schema.get_fields(), At { definition: 0, repetition: 0, depth: 0 }, &mut 0)
    }

    fn read(of: &Type, at: At, next: &mut usize) -> Option<Self> {
        let at = At { depth: at.depth + 1, ..at };
        if at.depth > DEPTH_MAX {
            return None;
        }
        let repetition = of.get_basic_info().has_repetition().then(|| of.get_basic_info().repetition());
        match repetition {
            Some(Repetition::OPTIONAL) => Self::inner(of, At { definition: at.definition + 1, ..at }, next),
            // Of old files: a list by itself.
            Some(Repetition::REPEATED) => {
                let inside = At { definition: at.definition + 1, repetition: at.repetition + 1, ..at };
                let item = Self::inner(of, inside, next)?;
                Some(Self::items(at, item, Of::List))
            }
            Some(Repetition::REQUIRED) | None => Self::inner(of, at, next),
        }
    }

    fn items(at: At, item: Self, of: fn(Items) -> Of) -> Self {
        let (filled, repetition) = (at.definition + 1, at.repetition + 1);
        let leaves = item.leaves.clone();
        Self { present: at.definition, leaves, of: of(Items { filled, repetition, item: Box::new(item) }) }
    }

    fn inner(of: &Type, at: At, next: &mut usize) -> Option<Self> {
        let first = *next;
        if of.is_primitive() {
            *next += 1;
            return Some(Self { present: at.definition, leaves: first..*next, of: Of::Value });
        }
        let inside = At { definition: at.definition + 1, repetition: at.repetition + 1, ..at };
        if let [repeated] = of.get_fields()
            && repeats(repeated)
        {
            if is(of, &LogicalType::Map, &[ConvertedType::MAP, ConvertedType::MAP_KEY_VALUE]) && is_pair(repeated) {
                return Some(Self::items(at, Self::inner(repeated, inside, next)?, Of::Map));
            }
            if is(of, &LogicalType::List, &[ConvertedType::LIST]) {
                let item = match wrapped(repeated, of.name()) {
                    Some(item) => Self::read(item, inside, next)?,
                    None => Self::inner(repeated, inside, next)?,
                };
                return Some(Self::items(at, item, Of::List));
            }
        }
        let members = members(of.get_fields(), at, next)?;
        Some(Self { present: at.definition, leaves: first..*next, of: Of::Struct(members) })
    }
}

fn members(fields: &[TypePtr], at: At, next: &mut usize) -> Option<Vec<(String, Shape)>> {
    fields.iter().map(|field| Some((field.name().to_owned(), Shape::read(field, at, next)?))).collect()
}

fn repeats(of: &Type) -> bool {
    of.get_basic_info().has_repetition() && of.get_basic_info().repetition() == Repetition::REPEATED
}

fn is(of: &Type, logical: &LogicalType, converted: &[ConvertedType]) -> bool {
    let info = of.get_basic_info();
    info.logical_type_ref() == Some(logical) || converted.contains(&info.converted_type())
}

fn is_pair(of: &Type) -> bool {
    of.is_group() && of.get_fields().len() == 2
}

/// The item of a list in three levels; of old files the repeated group is the item itself.
fn wrapped<'a>(repeated: &'a Type, list: &str) -> Option<&'a Type> {
    let [item] = repeated.is_group().then(|| repeated.get_fields())? else { return None };
    let old = repeated.name() == "array" || repeated.name() == format!("{list}_tuple");
    (!old).then_some(item)
}
