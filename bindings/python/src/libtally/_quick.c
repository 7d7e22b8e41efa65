/*
 * The queries of a counter for the most frequent data: bytes, str, and lists of them.
 *
 * Counting 20 bytes takes 6 ns. Calling a function of the cffi module takes about 130 ns, for three
 * arguments and the GIL; a method here takes 15 ns. For other data the methods return None, and the
 * caller uses the cffi module.
 *
 * This uses only the limited API of Python 3.9, so that one wheel serves every CPython. The limited
 * API has no METH_FASTCALL: hence an object for each counter, whose methods have one argument.
 */

#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>

#include <tally.h>

/* Up to this number of bytes the GIL is kept: releasing it would take longer than counting. */
#define SHORT 2048
/* Up to this number of characters a str is encoded: reading it in place, as _data.py does, would
 * take longer. */
#define MEDIUM 32768

struct queries {
    PyObject_HEAD
    const tally_counter *counter;
    /* Makes the exception for a status. */
    PyObject *failure;
    /* Frees the counter at its end. */
    PyObject *owner;
};

/* One of the library's queries, and the conversion of its answer. */
struct query {
    tally_status (*call)(const tally_counter *counter, const void *data, size_t len,
                         uint64_t *answer);
    PyObject *(*convert)(uint64_t answer);
};

static tally_status call_has_count(const tally_counter *counter, const void *data, size_t len,
                                   uint64_t *answer) {
    bool matched = false;
    tally_status status = tally_counter_has_count(counter, data, len, &matched);
    *answer = matched;
    return status;
}

static PyObject *to_bool(uint64_t answer) {
    return PyBool_FromLong((long)answer);
}

static PyObject *to_int(uint64_t answer) {
    return PyLong_FromUnsignedLongLong(answer);
}

static const struct query HAS_COUNT = {call_has_count, to_bool};
static const struct query COUNT = {tally_counter_count, to_int};
static const struct query MAX_COUNT = {tally_counter_max_count, to_int};
static const struct query MATCHING_SEGMENTS = {tally_counter_matching_segments, to_int};

/* Raises the exception for a status. */
static PyObject *fail(PyObject *self, tally_status status) {
    PyObject *number = PyLong_FromLong(status);
    if (number != NULL) {
        PyObject *failure = ((struct queries *)self)->failure;
        PyObject *error = PyObject_CallFunctionObjArgs(failure, number, NULL);
        if (error != NULL) {
            PyErr_SetObject((PyObject *)Py_TYPE(error), error);
            Py_DECREF(error);
        }
        Py_DECREF(number);
    }
    return NULL;
}

/* Not Py_RETURN_NONE: compiled with Python 3.12 or later it does not count the reference, which
 * earlier versions need. */
static PyObject *none(void) {
    Py_INCREF(Py_None);
    return Py_None;
}

/* The answer for the bytes at `data`, which must not change or be freed meanwhile. */
static PyObject *query_data(const struct query *query, PyObject *self, const char *data,
                            Py_ssize_t len) {
    const tally_counter *counter = ((struct queries *)self)->counter;
    uint64_t answer = 0;
    tally_status status;
    if (len <= SHORT) {
        status = query->call(counter, data, (size_t)len, &answer);
    } else {
        Py_BEGIN_ALLOW_THREADS
        status = query->call(counter, data, (size_t)len, &answer);
        Py_END_ALLOW_THREADS
    }
    return status == TALLY_OK ? query->convert(answer) : fail(self, status);
}

static PyObject *query_bytes(const struct query *query, PyObject *self, PyObject *bytes) {
    char *data;
    Py_ssize_t len;
    if (PyBytes_AsStringAndSize(bytes, &data, &len) < 0) {
        return NULL;
    }
    return query_data(query, self, data, len);
}

static bool is_str_up_to(PyObject *object, Py_ssize_t len) {
    return PyUnicode_CheckExact(object) && PyUnicode_GetLength(object) <= len;
}

/* The answer for bytes, or a str that is not large; None for other data. */
static PyObject *query_object(const struct query *query, PyObject *self, PyObject *data) {
    if (PyBytes_CheckExact(data)) {
        return query_bytes(query, self, data);
    }
    if (!is_str_up_to(data, MEDIUM)) {
        return none();
    }
    /* Not PyUnicode_AsUTF8AndSize: a str that is not ASCII keeps the UTF-8 that it makes. */
    PyObject *bytes = PyUnicode_AsUTF8String(data);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *answer = query_bytes(query, self, bytes);
    Py_DECREF(bytes);
    return answer;
}

static PyObject *has_count(PyObject *self, PyObject *data) {
    return query_object(&HAS_COUNT, self, data);
}

static PyObject *count(PyObject *self, PyObject *data) {
    return query_object(&COUNT, self, data);
}

static PyObject *max_count(PyObject *self, PyObject *data) {
    return query_object(&MAX_COUNT, self, data);
}

static PyObject *matching_segments(PyObject *self, PyObject *data) {
    return query_object(&MATCHING_SEGMENTS, self, data);
}

/*
 * The UTF-8 of all items together if all are short str, else None. Encoding them one by one would
 * take as long as everything else.
 */
static PyObject *join(PyObject *items) {
    for (Py_ssize_t at = 0; at < PyTuple_Size(items); at++) {
        if (!is_str_up_to(PyTuple_GetItem(items, at), SHORT)) {
            return none();
        }
    }
    PyObject *separator = PyUnicode_FromString("");
    PyObject *text = separator == NULL ? NULL : PyUnicode_Join(separator, items);
    PyObject *bytes = text == NULL ? NULL : PyUnicode_AsUTF8String(text);
    Py_XDECREF(text);
    Py_XDECREF(separator);
    return bytes;
}

/* How many bytes `number` characters of UTF-8 take at `data`, which has `rest` bytes. */
static Py_ssize_t utf8_len(const char *data, Py_ssize_t rest, Py_ssize_t number) {
    Py_ssize_t len = 0;
    for (; number > 0 && len < rest; number--) {
        const unsigned char first = (unsigned char)data[len];
        len += first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    }
    return len < rest ? len : rest;
}

/* Writes the answers for some of the items of a tuple. Returns 1; 0 if `query_object` has None for
 * one of them; -1 with an exception. The answer for None is None. */
static int query_some(const struct query *query, PyObject *self, PyObject *items, Py_ssize_t first,
                      PyObject *answers) {
    PyObject *joined = join(items);
    if (joined == NULL) {
        return -1;
    }
    const char *data = joined == Py_None ? NULL : PyBytes_AsString(joined);
    Py_ssize_t rest = joined == Py_None ? 0 : PyBytes_Size(joined);
    Py_ssize_t characters = 0;
    for (Py_ssize_t at = 0; data != NULL && at < PyTuple_Size(items); at++) {
        characters += PyUnicode_GetLength(PyTuple_GetItem(items, at));
    }
    const bool is_ascii = characters == rest;
    int found = 1;
    for (Py_ssize_t at = 0; found == 1 && at < PyTuple_Size(items); at++) {
        PyObject *answer, *item = PyTuple_GetItem(items, at);
        if (item == Py_None) {
            answer = none();
        } else if (data == NULL) {
            answer = query_object(query, self, item);
            found = answer == Py_None ? 0 : 1;
        } else {
            Py_ssize_t len = PyUnicode_GetLength(item);
            len = is_ascii ? len : utf8_len(data, rest, len);
            answer = query_data(query, self, data, len);
            data += len;
            rest -= len;
        }
        if (answer == NULL || PyList_SetItem(answers, first + at, answer) < 0) {
            found = -1;
        }
    }
    Py_DECREF(joined);
    return found;
}

/* How many items are joined: where one of them is not ASCII, the others cost more too. */
#define GROUP 64

/* The answers for the items of a tuple; None if `query_object` has None for one of them. */
static PyObject *query_each(const struct query *query, PyObject *self, PyObject *items) {
    const Py_ssize_t number = PyTuple_Size(items);
    PyObject *answers = PyList_New(number);
    int found = answers == NULL ? -1 : 1;
    for (Py_ssize_t at = 0; found == 1 && at < number; at += GROUP) {
        PyObject *group = PyTuple_GetSlice(items, at, at + GROUP);
        found = group == NULL ? -1 : query_some(query, self, group, at, answers);
        Py_XDECREF(group);
    }
    if (found == 1) {
        return answers;
    }
    Py_XDECREF(answers);
    return found == 0 ? none() : NULL;
}

static PyObject *query_all(const struct query *query, PyObject *self, PyObject *items) {
    /* Other threads could change a list meanwhile, but not a tuple. */
    PyObject *held = PySequence_Tuple(items);
    if (held == NULL) {
        return NULL;
    }
    PyObject *answers = query_each(query, self, held);
    Py_DECREF(held);
    return answers;
}

static PyObject *has_counts(PyObject *self, PyObject *items) {
    return query_all(&HAS_COUNT, self, items);
}

static PyObject *counts(PyObject *self, PyObject *items) {
    return query_all(&COUNT, self, items);
}

static PyObject *max_counts(PyObject *self, PyObject *items) {
    return query_all(&MAX_COUNT, self, items);
}

static PyMethodDef METHODS[] = {
    {"has_count", has_count, METH_O, NULL},
    {"count", count, METH_O, NULL},
    {"max_count", max_count, METH_O, NULL},
    {"matching_segments", matching_segments, METH_O, NULL},
    {"has_counts", has_counts, METH_O, NULL},
    {"counts", counts, METH_O, NULL},
    {"max_counts", max_counts, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyObject *new_queries(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    PyObject *address, *failure, *owner;
    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O!OO:Queries", &PyLong_Type, &address, &failure, &owner)) {
        return NULL;
    }
    const tally_counter *counter = PyLong_AsVoidPtr(address);
    if (PyErr_Occurred()) {
        return NULL;
    }
    struct queries *self = PyObject_New(struct queries, type);
    if (self != NULL) {
        self->counter = counter;
        Py_INCREF(failure);
        self->failure = failure;
        Py_INCREF(owner);
        self->owner = owner;
    }
    return (PyObject *)self;
}

/* Every object holds a reference to its type, since that is not static: PyObject_New made it. */
static void free_queries(PyObject *self) {
    PyTypeObject *type = Py_TYPE(self);
    Py_DECREF(((struct queries *)self)->failure);
    Py_DECREF(((struct queries *)self)->owner);
    PyObject_Free(self);
    Py_DECREF(type);
}

/* ISO C converts a function pointer to the void * of a slot only through an integer. */
#define SLOT(function) ((void *)(uintptr_t)(function))

static PyType_Slot TYPE_SLOTS[] = {
    {Py_tp_new, SLOT(new_queries)},
    {Py_tp_dealloc, SLOT(free_queries)},
    {Py_tp_methods, METHODS},
    {0, NULL},
};

static PyType_Spec TYPE = {
    .name = "libtally._quick.Queries",
    .basicsize = sizeof(struct queries),
    .flags = Py_TPFLAGS_DEFAULT,
    .slots = TYPE_SLOTS,
};

static int add_type(PyObject *module) {
    PyObject *type = PyType_FromSpec(&TYPE);
    if (type == NULL || PyModule_AddObject(module, "Queries", type) < 0) {
        Py_XDECREF(type);
        return -1;
    }
    return 0;
}

/*
 * Modules share no state, so every interpreter with the main one's GIL may have its own. Without a
 * further slot, Python does not load the module in an interpreter with a GIL of its own.
 */
static PyModuleDef_Slot MODULE_SLOTS[] = {
    {Py_mod_exec, SLOT(add_type)},
    {0, NULL},
};

static PyModuleDef MODULE = {
    PyModuleDef_HEAD_INIT,
    .m_name = "libtally._quick",
    .m_slots = MODULE_SLOTS,
};

PyMODINIT_FUNC PyInit__quick(void) {
    return PyModuleDef_Init(&MODULE);
}
