/*
 * A counter's queries for what is asked most often: of bytes, of str, and of lists of them.
 *
 * Counting 20 bytes takes 6 ns. Calling a function of the cffi module takes some 130 for three
 * arguments and the GIL, a method here 15. What else there is to ask about is answered with None:
 * then the general way, over the cffi module, has the answer.
 *
 * All is of the limited API of Python 3.9, so that one wheel serves every CPython. That has no
 * METH_FASTCALL: hence an object for each counter, whose methods take one argument.
 */

#define Py_LIMITED_API 0x03090000
#include <Python.h>

#include <stdbool.h>
#include <stdint.h>

#include <tally.h>

/* So many bytes are counted without giving up the GIL: that would take longer than the counting. */
#define SHORT 2048
/* A str of so many characters is encoded: to read it in place, as _data.py does, takes longer. */
#define MEDIUM 32768

struct queries {
    PyObject_HEAD
    const tally_counter *counter;
};

/* One of the library's queries, and what makes an object of its answer. */
struct query {
    tally_status (*ask)(const tally_counter *counter, const void *data, size_t len, uint64_t *to);
    PyObject *(*make)(uint64_t answer);
};

static tally_status ask_has_count(const tally_counter *counter, const void *data, size_t len,
                                  uint64_t *to) {
    bool reached = false;
    tally_status status = tally_counter_has_count(counter, data, len, &reached);
    *to = reached;
    return status;
}

static PyObject *make_bool(uint64_t answer) {
    return PyBool_FromLong((long)answer);
}

static PyObject *make_int(uint64_t answer) {
    return PyLong_FromUnsignedLongLong(answer);
}

static const struct query HAS_COUNT = {ask_has_count, make_bool};
static const struct query COUNT = {tally_counter_count, make_int};
static const struct query MAX_COUNT = {tally_counter_max_count, make_int};
static const struct query SEGMENTS_REACHED = {tally_counter_segments_reached, make_int};

/* Raises the exception that libtally._errors has for a status. */
static PyObject *fail(tally_status status) {
    PyObject *errors = PyImport_ImportModule("libtally._errors");
    /* Python's cache of attributes would keep one name for each failure. */
    PyObject *name = PyUnicode_InternFromString("failure");
    PyObject *number = PyLong_FromLong(status);
    if (errors != NULL && name != NULL && number != NULL) {
        PyObject *error = PyObject_CallMethodObjArgs(errors, name, number, NULL);
        if (error != NULL) {
            PyErr_SetObject((PyObject *)Py_TYPE(error), error);
            Py_DECREF(error);
        }
    }
    Py_XDECREF(number);
    Py_XDECREF(name);
    Py_XDECREF(errors);
    return NULL;
}

/* Not Py_RETURN_NONE: that of Python 3.12 counts no reference, and earlier ones need it. */
static PyObject *none(void) {
    Py_INCREF(Py_None);
    return Py_None;
}

/* The answer for the bytes at `data`, which nobody changes or frees meanwhile. */
static PyObject *ask_data(const struct query *query, PyObject *self, const char *data,
                          Py_ssize_t len) {
    const tally_counter *counter = ((struct queries *)self)->counter;
    uint64_t answer = 0;
    tally_status status;
    if (len <= SHORT) {
        status = query->ask(counter, data, (size_t)len, &answer);
    } else {
        Py_BEGIN_ALLOW_THREADS
        status = query->ask(counter, data, (size_t)len, &answer);
        Py_END_ALLOW_THREADS
    }
    return status == TALLY_OK ? query->make(answer) : fail(status);
}

static PyObject *ask_bytes(const struct query *query, PyObject *self, PyObject *bytes) {
    char *data;
    Py_ssize_t len;
    return PyBytes_AsStringAndSize(bytes, &data, &len) < 0 ? NULL
                                                           : ask_data(query, self, data, len);
}

static bool is_str_up_to(PyObject *object, Py_ssize_t len) {
    return PyUnicode_CheckExact(object) && PyUnicode_GetLength(object) <= len;
}

/* The answer for bytes or a str that is not large, None for the rest. */
static PyObject *ask(const struct query *query, PyObject *self, PyObject *data) {
    if (PyBytes_CheckExact(data)) {
        return ask_bytes(query, self, data);
    }
    if (!is_str_up_to(data, MEDIUM)) {
        return none();
    }
    /* Not PyUnicode_AsUTF8AndSize: what that makes of a str that is not ASCII stays with it. */
    PyObject *bytes = PyUnicode_AsUTF8String(data);
    if (bytes == NULL) {
        return NULL;
    }
    PyObject *answer = ask_bytes(query, self, bytes);
    Py_DECREF(bytes);
    return answer;
}

static PyObject *has_count(PyObject *self, PyObject *data) {
    return ask(&HAS_COUNT, self, data);
}

static PyObject *count(PyObject *self, PyObject *data) {
    return ask(&COUNT, self, data);
}

static PyObject *max_count(PyObject *self, PyObject *data) {
    return ask(&MAX_COUNT, self, data);
}

static PyObject *segments_reached(PyObject *self, PyObject *data) {
    return ask(&SEGMENTS_REACHED, self, data);
}

/*
 * The bytes of all pieces together, if they are short str and ASCII, or None. Made one by one, they
 * would take as long as all the rest.
 */
static PyObject *join_ascii(PyObject *pieces) {
    for (Py_ssize_t at = 0; at < PyTuple_Size(pieces); at++) {
        if (!is_str_up_to(PyTuple_GetItem(pieces, at), SHORT)) {
            return none();
        }
    }
    PyObject *separator = PyUnicode_FromString("");
    PyObject *text = separator == NULL ? NULL : PyUnicode_Join(separator, pieces);
    PyObject *bytes = text == NULL ? NULL : PyUnicode_AsUTF8String(text);
    if (bytes != NULL && PyBytes_Size(bytes) != PyUnicode_GetLength(text)) {
        Py_DECREF(bytes);
        bytes = none();
    }
    Py_XDECREF(text);
    Py_XDECREF(separator);
    return bytes;
}

/* The answers for the pieces of a tuple, or None if there is one that `ask` has none for. */
static PyObject *ask_each(const struct query *query, PyObject *self, PyObject *pieces) {
    Py_ssize_t number = PyTuple_Size(pieces);
    PyObject *answers = PyList_New(number);
    PyObject *joined = join_ascii(pieces);
    if (answers == NULL || joined == NULL) {
        goto failed;
    }
    const char *data = joined == Py_None ? NULL : PyBytes_AsString(joined);
    for (Py_ssize_t at = 0; at < number; at++) {
        PyObject *answer, *piece = PyTuple_GetItem(pieces, at);
        if (data == NULL) {
            answer = ask(query, self, piece);
        } else {
            Py_ssize_t len = PyUnicode_GetLength(piece);
            answer = ask_data(query, self, data, len);
            data += len;
        }
        if (answer == NULL) {
            goto failed;
        }
        if (answer == Py_None) {
            Py_DECREF(answers);
            answers = answer;
            break;
        }
        if (PyList_SetItem(answers, at, answer) < 0) {
            goto failed;
        }
    }
    Py_DECREF(joined);
    return answers;

failed:
    Py_XDECREF(joined);
    Py_XDECREF(answers);
    return NULL;
}

static PyObject *ask_all(const struct query *query, PyObject *self, PyObject *pieces) {
    /* Nothing that runs meanwhile can change a tuple, as it could a list. */
    PyObject *held = PySequence_Tuple(pieces);
    if (held == NULL) {
        return NULL;
    }
    PyObject *answers = ask_each(query, self, held);
    Py_DECREF(held);
    return answers;
}

static PyObject *has_counts(PyObject *self, PyObject *pieces) {
    return ask_all(&HAS_COUNT, self, pieces);
}

static PyObject *counts(PyObject *self, PyObject *pieces) {
    return ask_all(&COUNT, self, pieces);
}

static PyObject *max_counts(PyObject *self, PyObject *pieces) {
    return ask_all(&MAX_COUNT, self, pieces);
}

static PyMethodDef METHODS[] = {
    {"has_count", has_count, METH_O, NULL},
    {"count", count, METH_O, NULL},
    {"max_count", max_count, METH_O, NULL},
    {"segments_reached", segments_reached, METH_O, NULL},
    {"has_counts", has_counts, METH_O, NULL},
    {"counts", counts, METH_O, NULL},
    {"max_counts", max_counts, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyObject *new_queries(PyTypeObject *type, PyObject *arguments, PyObject *keywords) {
    PyObject *address;
    (void)keywords;
    if (!PyArg_ParseTuple(arguments, "O!:Queries", &PyLong_Type, &address)) {
        return NULL;
    }
    const tally_counter *counter = PyLong_AsVoidPtr(address);
    if (PyErr_Occurred()) {
        return NULL;
    }
    struct queries *self = PyObject_New(struct queries, type);
    if (self != NULL) {
        self->counter = counter;
    }
    return (PyObject *)self;
}

/* ISO C has no way from a function to the void * of a slot, but through an integer. */
#define SLOT(function) ((void *)(uintptr_t)(function))

static PyType_Slot TYPE_SLOTS[] = {
    {Py_tp_new, SLOT(new_queries)},
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
 * There is no state that modules share, so any interpreter with the main one's GIL may have one;
 * Python refuses modules that say no more than this to those with a GIL of their own.
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
