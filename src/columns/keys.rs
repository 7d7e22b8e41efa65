/// An integer that is the number of a value in another column, for
/// [`Column::from_keys`](crate::Column::from_keys).
pub trait Key: sealed::Sealed + Copy + 'static {
    #[doc(hidden)]
    fn keys(keys: &[Self]) -> Keys<'_>;
}

mod sealed {
    pub trait Sealed {}
}

/// Keys of any type.
macro_rules! keys {
    ($($name:ident $key:ty,)*) => {
        #[doc(hidden)]
        #[derive(Clone, Copy, Debug)]
        pub enum Keys<'a> {
            $($name(&'a [$key]),)*
        }

        impl Keys<'_> {
            pub(super) fn len(&self) -> usize {
                match self {
                    $(Self::$name(keys) => keys.len(),)*
                }
            }

            /// The key at a place, if it is not negative.
            #[inline]
            pub(super) fn get(&self, at: usize) -> Option<usize> {
                match self {
                    $(Self::$name(keys) => usize::try_from(*keys.get(at)?).ok(),)*
                }
            }
        }

        $(
            impl sealed::Sealed for $key {}

            impl Key for $key {
                fn keys(keys: &[Self]) -> Keys<'_> {
                    Keys::$name(keys)
                }
            }
        )*
    };
}

keys! {
    I8 i8,
    U8 u8,
    I16 i16,
    U16 u16,
    I32 i32,
    U32 u32,
    I64 i64,
    U64 u64,
}
