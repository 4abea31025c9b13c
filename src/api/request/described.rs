//! Bodies and queries that are described and read from one definition, so that the document cannot promise a field that
//! nobody reads.

/// Defines a JSON body: its schema and its reader. Each field names the method of [`Fields`](super::fields::Fields) that
/// reads it, and how its value is parsed. The parsers see the fields before them and the arguments in parentheses.
macro_rules! body {
    (
        $(#[$meta:meta])*
        $name:ident $(($($argument:ident: $argument_type:ty),+))? {
            $($(#[$field_meta:meta])* $field:ident: $type:ty = $method:ident($parse:expr)),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(utoipa::ToSchema)]
        pub(crate) struct $name {
            $($(#[$field_meta])* pub(crate) $field: $type),+
        }

        impl $name {
            /// Reads the body; `None` if a field is missing or invalid, which adds errors to `fields`.
            pub(crate) fn read(fields: &mut $crate::api::Fields<'_> $($(, $argument: $argument_type)+)?) -> Option<Self> {
                $(let $field = fields.$method(stringify!($field), $parse);)+
                Some(Self { $($field: $crate::api::request::described::value!($method $field)),+ })
            }
        }
    };
}

/// The value of a field in a body. Required fields have been read into an `Option`.
macro_rules! value {
    (required $field:ident) => {
        $field?
    };
    (required_object $field:ident) => {
        $field?
    };
    ($method:ident $field:ident) => {
        $field
    };
}

/// Defines parameters of a query: their description and their reader. Each field has what it must be, as the end of a
/// sentence, and how its text is parsed.
macro_rules! params {
    (
        $(#[$meta:meta])*
        $name:ident {
            $($(#[$field_meta:meta])* $field:ident: $type:ty = ($takes:expr, $parse:expr)),+ $(,)?
        }
    ) => {
        $(#[$meta])*
        #[derive(utoipa::IntoParams)]
        #[into_params(parameter_in = Query)]
        pub(crate) struct $name {
            $($(#[$field_meta])* pub(crate) $field: Option<$type>),+
        }

        impl $name {
            /// Reads the parameters; invalid ones add errors to `query`.
            pub(crate) fn read(query: &mut $crate::api::Query) -> Self {
                Self { $($field: query.parsed(stringify!($field), $takes, $parse)),+ }
            }
        }
    };
}

pub(crate) use {body, params, value};
