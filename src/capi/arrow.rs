//! The structs of the Arrow C data interface, and what they say, checked. tally.h declares the
//! structs under the interface's own guard, so this file is none of its tiers.

use std::ffi::{CStr, c_char, c_void};
use std::ptr::NonNull;
use std::slice;

use super::call::{Failure, INVALID, NULL, allocate, free, object};
use super::status::TALLY_ERROR_NO_MEMORY;
use crate::columns::{Column, Key, Offset, Validity};

/// The type of a column.
#[repr(C)]
pub struct ArrowSchema {
    pub format: *const c_char,
    pub name: *const c_char,
    pub metadata: *const c_char,
    pub flags: i64,
    pub n_children: i64,
    pub children: *mut *mut ArrowSchema,
    pub dictionary: *mut ArrowSchema,
    pub release: Option<unsafe extern "C" fn(*mut ArrowSchema)>,
    pub private_data: *mut c_void,
}

/// The data of a column.
#[repr(C)]
pub struct ArrowArray {
    pub length: i64,
    pub null_count: i64,
    pub offset: i64,
    pub n_buffers: i64,
    pub n_children: i64,
    pub buffers: *mut *const c_void,
    pub children: *mut *mut ArrowArray,
    pub dictionary: *mut ArrowArray,
    pub release: Option<unsafe extern "C" fn(*mut ArrowArray)>,
    pub private_data: *mut c_void,
}

/// Runs `work` on the column in `schema` and `array`.
///
/// # Safety
///
/// Pointers that are not NULL point to what the Arrow C data interface says, which nobody changes
/// during the call. What the structs say of themselves is checked as far as it can be: numbers,
/// NULLs, offsets; only that buffers are as long as the layout makes them has to be true.
pub(super) unsafe fn with_column<R>(
    schema: *const ArrowSchema,
    array: *const ArrowArray,
    work: impl FnOnce(&Column<'_>) -> Result<R, Failure>,
) -> Result<R, Failure> {
    // SAFETY: the contract above; a dictionary is a schema and an array too.
    unsafe {
        let (schema, array) = (object(schema)?, object(array)?);
        not_released(schema, array)?;
        let mut buffers = Vec::new();
        if schema.dictionary.is_null() && array.dictionary.is_null() {
            return work(&flat(schema, array, &mut buffers)?);
        }
        if schema.dictionary.is_null() || array.dictionary.is_null() {
            return Err(INVALID);
        }
        let (value_schema, values) = (&*schema.dictionary, &*array.dictionary);
        not_released(value_schema, values)?;
        let values = flat(value_schema, values, &mut buffers)?;
        work(&keyed(schema, array, &values)?)
    }
}

/// Refuses what was released or moved away: nothing that it points to may be read.
fn not_released(schema: &ArrowSchema, array: &ArrowArray) -> Result<(), Failure> {
    if schema.release.is_some() && array.release.is_some() { Ok(()) } else { Err(INVALID) }
}

/// A column of strings, or of nulls. `room` is for the buffers of views.
///
/// # Safety
///
/// As [`with_column`].
unsafe fn flat<'a>(
    schema: &'a ArrowSchema,
    array: &'a ArrowArray,
    room: &'a mut Vec<&'a [u8]>,
) -> Result<Column<'a>, Failure> {
    if !schema.dictionary.is_null() || !array.dictionary.is_null() {
        return Err(INVALID);
    }
    // SAFETY: the caller's promise.
    unsafe {
        let format = format(schema)?;
        let part = Part::of(schema, array)?;
        match format {
            b"n" if array.n_buffers == 0 => Ok(Column::of_nulls(part.len)),
            b"u" | b"z" => part.by_offsets::<i32>(),
            b"U" | b"Z" => part.by_offsets::<i64>(),
            b"vu" | b"vz" => part.by_views(room),
            [b'w', b':', width @ ..] => part.of_fixed_width(number(width).ok_or(INVALID)?),
            _ => Err(INVALID),
        }
    }
}

/// A column of keys of `values`.
///
/// # Safety
///
/// As [`with_column`].
unsafe fn keyed<'a>(
    schema: &'a ArrowSchema,
    array: &'a ArrowArray,
    values: &'a Column<'a>,
) -> Result<Column<'a>, Failure> {
    // SAFETY: the caller's promise.
    unsafe {
        let format = format(schema)?;
        let part = Part::of(schema, array)?;
        match format {
            b"c" => part.by_keys::<i8>(values),
            b"C" => part.by_keys::<u8>(values),
            b"s" => part.by_keys::<i16>(values),
            b"S" => part.by_keys::<u16>(values),
            b"i" => part.by_keys::<i32>(values),
            b"I" => part.by_keys::<u32>(values),
            b"l" => part.by_keys::<i64>(values),
            b"L" => part.by_keys::<u64>(values),
            _ => Err(INVALID),
        }
    }
}

/// The format of a column.
///
/// # Safety
///
/// As [`with_column`].
unsafe fn format(schema: &ArrowSchema) -> Result<&[u8], Failure> {
    if schema.format.is_null() {
        return Err(NULL);
    }
    // SAFETY: by the interface it ends in NUL.
    Ok(unsafe { CStr::from_ptr(schema.format) }.to_bytes())
}

/// A decimal number.
fn number(digits: &[u8]) -> Option<usize> {
    let digits = std::str::from_utf8(digits).ok()?;
    if digits.starts_with('+') { None } else { digits.parse().ok() }
}

/// The part of the buffers that an array is.
struct Part<'a> {
    array: &'a ArrowArray,
    /// In values, as its length.
    offset: usize,
    len: usize,
    /// The end of the part.
    end: usize,
}

impl<'a> Part<'a> {
    /// # Safety
    ///
    /// As [`with_column`].
    unsafe fn of(schema: &ArrowSchema, array: &'a ArrowArray) -> Result<Self, Failure> {
        let size = |number: i64| usize::try_from(number).map_err(|_| INVALID);
        let (offset, len) = (size(array.offset)?, size(array.length)?);
        let end = offset.checked_add(len).ok_or(INVALID)?;
        let nulls = -1..=array.length;
        if schema.n_children != 0 || array.n_children != 0 || !nulls.contains(&array.null_count) {
            return Err(INVALID);
        }
        if array.n_buffers > 0 && array.buffers.is_null() {
            return Err(NULL);
        }
        Ok(Self { array, offset, len, end })
    }

    /// The `number` values of buffer `index`, which may be NULL if there are none.
    ///
    /// # Safety
    ///
    /// As [`with_column`]; the array has that many buffers.
    unsafe fn buffer<T>(&self, index: usize, number: usize) -> Result<&'a [T], Failure> {
        // SAFETY: the caller's promise.
        let buffer = unsafe { *self.array.buffers.add(index) };
        if number == 0 {
            return Ok(&[]);
        }
        let buffer = NonNull::new(buffer.cast_mut().cast::<T>()).ok_or(NULL)?;
        if !buffer.is_aligned() || number > isize::MAX as usize / size_of::<T>() {
            return Err(INVALID);
        }
        // SAFETY: by the contract the buffer is as long as its layout makes it, and does not
        // change. It is aligned, and its size in bytes was checked.
        Ok(unsafe { slice::from_raw_parts(buffer.as_ptr(), number) })
    }

    /// # Safety
    ///
    /// As [`buffer`](Self::buffer).
    unsafe fn validity(&self) -> Result<Option<Validity<'a>>, Failure> {
        // SAFETY: the caller's promise: buffer 0 is the validity, and may always be NULL.
        unsafe {
            if (*self.array.buffers).is_null() {
                return if self.array.null_count > 0 { Err(NULL) } else { Ok(None) };
            }
            let bits = self.buffer(0, self.end.div_ceil(8))?;
            Ok(Some(Validity::new(bits, self.offset)))
        }
    }

    /// Refuses another number of buffers.
    fn has_buffers(&self, number: i64) -> Result<(), Failure> {
        if self.array.n_buffers == number { Ok(()) } else { Err(INVALID) }
    }

    /// # Safety
    ///
    /// As [`with_column`].
    unsafe fn by_offsets<T: Offset>(&self) -> Result<Column<'a>, Failure> {
        self.has_buffers(3)?;
        // SAFETY: the caller's promise. There is one offset more than there are values, and the
        // data reaches as far as the last.
        unsafe {
            let validity = self.validity()?;
            if self.len == 0 {
                return Ok(Column::from_offsets::<T>(&[], &[], validity)?);
            }
            let offsets = self.end.checked_add(1).ok_or(INVALID)?;
            let offsets = &self.buffer::<T>(1, offsets)?[self.offset..];
            let len = offsets.last().and_then(|last| last.as_index()).ok_or(INVALID)?;
            Ok(Column::from_offsets(self.buffer(2, len)?, offsets, validity)?)
        }
    }

    /// # Safety
    ///
    /// As [`with_column`].
    unsafe fn of_fixed_width(&self, width: usize) -> Result<Column<'a>, Failure> {
        self.has_buffers(2)?;
        // SAFETY: the caller's promise.
        unsafe {
            let validity = self.validity()?;
            let bytes = self.end.checked_mul(width).ok_or(INVALID)?;
            let data = self.buffer(1, bytes)?.get(self.offset * width..).unwrap_or_default();
            Ok(Column::from_fixed_width(data, width, self.len, validity)?)
        }
    }

    /// # Safety
    ///
    /// As [`with_column`].
    unsafe fn by_views(&self, room: &'a mut Vec<&'a [u8]>) -> Result<Column<'a>, Failure> {
        // The validity, the views, the buffers and their lengths.
        let variadic = self.array.n_buffers.checked_sub(3).and_then(|n| usize::try_from(n).ok());
        let variadic = variadic.ok_or(INVALID)?;
        // SAFETY: the caller's promise.
        unsafe {
            let validity = self.validity()?;
            let views = self.buffer::<[u8; 16]>(1, self.end)?.get(self.offset..);
            let lens = self.buffer::<i64>(variadic + 2, variadic)?;
            room.try_reserve_exact(variadic).map_err(|_| Failure(TALLY_ERROR_NO_MEMORY))?;
            for (index, &len) in lens.iter().enumerate() {
                let len = usize::try_from(len).map_err(|_| INVALID)?;
                room.push(self.buffer(index + 2, len)?);
            }
            Ok(Column::from_views(views.unwrap_or_default(), room, validity)?)
        }
    }

    /// # Safety
    ///
    /// As [`with_column`].
    unsafe fn by_keys<K: Key>(&self, values: &'a Column<'a>) -> Result<Column<'a>, Failure> {
        self.has_buffers(2)?;
        // SAFETY: the caller's promise.
        unsafe {
            let validity = self.validity()?;
            let keys = self.buffer::<K>(1, self.end)?.get(self.offset..).unwrap_or_default();
            Ok(Column::from_keys(keys, values, validity)?)
        }
    }
}

/// Values may be null.
const ARROW_FLAG_NULLABLE: i64 = 2;

/// What an array of results owns.
struct Exported {
    /// Aligned for any type of value. The buffers are these two, which nobody reads here.
    _values: Vec<u64>,
    _validity: Vec<u8>,
    buffers: [*const c_void; 2],
}

/// Results of the functions on columns, as an array of its own.
pub(super) struct Results<'a> {
    pub(super) format: &'static CStr,
    pub(super) number: usize,
    pub(super) values: &'a [u8],
    /// Empty if there are no nulls.
    pub(super) validity: &'a [u8],
    pub(super) nulls: u64,
}

impl Results<'_> {
    /// Copies the results to memory that the array owns.
    pub(super) fn export(&self) -> Result<(ArrowSchema, ArrowArray), Failure> {
        let no_memory = |_| Failure(TALLY_ERROR_NO_MEMORY);
        let mut values = Vec::new();
        let mut validity = Vec::new();
        values.try_reserve_exact(self.values.len().div_ceil(8).max(1)).map_err(no_memory)?;
        validity.try_reserve_exact(self.validity.len()).map_err(no_memory)?;
        values.extend(self.values.chunks(8).map(|bytes| {
            let mut word = [0; 8];
            word[..bytes.len()].copy_from_slice(bytes);
            u64::from_ne_bytes(word)
        }));
        validity.extend_from_slice(self.validity);
        let bits = if validity.is_empty() { std::ptr::null() } else { validity.as_ptr().cast() };
        let buffers = [bits, values.as_ptr().cast()];
        let length = i64::try_from(self.number).map_err(|_| INVALID)?;
        let null_count = i64::try_from(self.nulls).map_err(|_| INVALID)?;
        let exported = allocate(Exported { _values: values, _validity: validity, buffers })?;
        let array = ArrowArray {
            length,
            null_count,
            offset: 0,
            n_buffers: 2,
            n_children: 0,
            // SAFETY: the object was made above. Its memory stays where it is until it is freed.
            buffers: unsafe { (&raw mut (*exported).buffers).cast() },
            children: std::ptr::null_mut(),
            dictionary: std::ptr::null_mut(),
            release: Some(release_array),
            private_data: exported.cast(),
        };
        let schema = ArrowSchema {
            format: self.format.as_ptr(),
            name: c"".as_ptr(),
            metadata: std::ptr::null(),
            flags: ARROW_FLAG_NULLABLE,
            n_children: 0,
            children: std::ptr::null_mut(),
            dictionary: std::ptr::null_mut(),
            release: Some(release_schema),
            private_data: std::ptr::null_mut(),
        };
        Ok((schema, array))
    }
}

/// Frees what an exported array owns.
unsafe extern "C" fn release_array(array: *mut ArrowArray) {
    // SAFETY: by the interface the array is one that was exported and is not released, wherever it
    // has been moved to.
    unsafe {
        free((*array).private_data.cast::<Exported>());
        (*array).release = None;
    }
}

/// Marks a schema as released; it owns nothing.
unsafe extern "C" fn release_schema(schema: *mut ArrowSchema) {
    // SAFETY: by the interface the schema is one that was exported and is not released.
    unsafe { (*schema).release = None };
}
