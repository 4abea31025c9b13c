//! Values for variables in texts: strings are inserted unchanged, integers are formatted with digit grouping and
//! select the plural form.

use std::borrow::Cow;

use fluent_bundle::FluentValue;

/// The value of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arg<'a> {
    Text(Cow<'a, str>),
    Number(i64),
}

impl<'a> Arg<'a> {
    pub(super) fn into_value(self) -> FluentValue<'a> {
        match self {
            Self::Text(text) => FluentValue::String(text),
            Self::Number(number) => FluentValue::from(number),
        }
    }
}

/// Types that can be borrowed as a value, through any number of references, some of which templates add.
pub trait AsArg {
    fn as_arg(&self) -> Arg<'_>;
}

impl AsArg for str {
    fn as_arg(&self) -> Arg<'_> {
        Arg::Text(Cow::Borrowed(self))
    }
}

impl AsArg for String {
    fn as_arg(&self) -> Arg<'_> {
        Arg::Text(Cow::Borrowed(self))
    }
}

impl AsArg for Cow<'_, str> {
    fn as_arg(&self) -> Arg<'_> {
        Arg::Text(Cow::Borrowed(self))
    }
}

impl<T: AsArg + ?Sized> AsArg for &T {
    fn as_arg(&self) -> Arg<'_> {
        (**self).as_arg()
    }
}

impl<'a, T: AsArg + ?Sized> From<&'a T> for Arg<'a> {
    fn from(value: &'a T) -> Self {
        value.as_arg()
    }
}

impl From<String> for Arg<'_> {
    fn from(text: String) -> Self {
        Self::Text(Cow::Owned(text))
    }
}

impl<'a> From<Cow<'a, str>> for Arg<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Self::Text(text)
    }
}

macro_rules! numbers {
    ($($number:ty)*) => {$(
        impl AsArg for $number {
            fn as_arg(&self) -> Arg<'_> {
                Arg::from(*self)
            }
        }

        impl From<$number> for Arg<'_> {
            fn from(number: $number) -> Self {
                Self::Number(i128::from(number).try_into().unwrap_or(i64::MAX))
            }
        }
    )*};
}

numbers! { u8 u16 u32 u64 i8 i16 i32 i64 }

impl AsArg for usize {
    fn as_arg(&self) -> Arg<'_> {
        Arg::from(*self)
    }
}

impl From<usize> for Arg<'_> {
    fn from(number: usize) -> Self {
        Self::Number(number.try_into().unwrap_or(i64::MAX))
    }
}
