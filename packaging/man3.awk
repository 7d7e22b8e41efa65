# Writes the manual pages of the library, section 3, from the header:
#
#     awk -v folder=FOLDER -v version=VERSION -f packaging/man3.awk include/tally.h
#
# libtally.3 is the comment at the top. Each tier of the header makes a page that is called like its
# first function, and each other function and type of it a page that refers there.

function start(page, title) {
    file = folder "/" page ".3"
    printf ".TH %s 3 \"\" \"libtally %s\" \"C interface\"\n.SH NAME\n%s\n", page, version, title >file
}

# In which each character stands for itself.
function escaped(text) {
    gsub(/\\/, "\\e", text)
    gsub(/-/, "\\-", text)
    gsub(/'/, "\\(aq", text)
    gsub(/`/, "\\(ga", text)
    gsub(/\^/, "\\(ha", text)
    gsub(/~/, "\\(ti", text)
    return text
}

function put(text) { print text >file }

# A request that starts something, behind which no paragraph has to start.
function request(text) {
    gap = 0
    put(text)
}

# A line of text, which is filled.
function text_line(text) {
    sub(/^ +/, "", text)
    if (gap) {
        request(".PP")
    }
    put("\\&" escaped(text))
}

# Lines as they are.
function code(text) { request(".PP\n.nf\n" escaped(text) "\n.fi") }

# The text of a comment: paragraphs, parameters, the result.
function describe(comment, lines, number, i, line) {
    number = split(comment, lines, "\n")
    for (i = 1; i <= number; i++) {
        line = lines[i]
        if (line == "") {
            gap = 1
        } else if (match(line, /^@param +[a-z_0-9]+ +/)) {
            split(line, words, / +/)
            request(".TP\n.I " words[2])
            text_line(substr(line, RLENGTH + 1))
        } else if (match(line, /^@return +/)) {
            request(".TP\n.B Result")
            text_line(substr(line, RLENGTH + 1))
        } else {
            text_line(line)
        }
    }
}

# A comment of the header, without its marks.
function without_marks(comment) {
    gsub(/\n *\* ?/, "\n", comment)
    sub(/^\n/, "", comment)
    return comment
}

# The comment at the top.
function overview(comment, lines, number, i, line, is_code, is_list) {
    start("libtally", "libtally \\- does this character occur at least N times, in any segment?")
    put(".SH SYNOPSIS\n.nf\n#include <tally.h>\n.fi\n.PP\ncc program.c $(pkg\\-config \\-\\-cflags \\-\\-libs libtally)")
    put(".SH DESCRIPTION")
    number = split(comment, lines, "\n")
    # The first two lines say what NAME does.
    for (i = 3; i < number; i++) {
        line = lines[i]
        if (is_code && line !~ /^    /) {
            put(".fi")
            is_code = 0
        }
        if (line ~ /^[A-Z][A-Z ]+$/) {
            request(".SH \"" line "\"")
            is_list = line == "TERMS"
        } else if (line == "") {
            gap = i > 1 && lines[i - 1] !~ /^[A-Z][A-Z ]+$/
        } else if (line ~ /^- /) {
            request(".IP \\(bu 2")
            text_line(substr(line, 3))
        } else if (is_list && match(line, /^[A-Z][a-z ]*  +/)) {
            request(".TP\n.B " substr(line, 1, 13))
            text_line(substr(line, RLENGTH + 1))
        } else if (is_list || line !~ /^    /) {
            text_line(line)
        } else {
            if (!is_code) {
                request(".PP\n.nf")
                is_code = 1
            }
            put("\\&" escaped(line))
        }
    }
    request(".SH \"SEE ALSO\"")
    see = file
}

# Writes the page of the tier that ends here.
function finish_tier(page, i, item) {
    if (items == 0) {
        return
    }
    page = ""
    names = ""
    for (i = 1; i <= items; i++) {
        if (kinds[i] == "function" && page == "") {
            page = name_of[i]
        }
        if (kinds[i] != "constant") {
            names = names (names == "" ? "" : ", ") name_of[i]
        }
    }
    page = page == "" ? name_of[1] : page
    start(page, names " \\- " escaped(tolower(substr(tier, 1, 1)) substr(tier, 2)))
    put(".SH SYNOPSIS\n.nf\n#include <tally.h>")
    for (i = 1; i <= items; i++) {
        if (kinds[i] == "function") {
            put("\n" escaped(declarations[i]))
        }
    }
    put(".fi\n.SH DESCRIPTION")
    for (i = 1; i <= items; i++) {
        if (kinds[i] == "constant") {
            request(".TP\n.B " escaped(substr(declarations[i], 9)))
        } else {
            request(".SS " name_of[i])
        }
        describe(comments[i])
        if (kinds[i] == "type") {
            code(declarations[i])
        }
        if (kinds[i] != "constant" && name_of[i] != page) {
            print ".so man3/" page ".3" >(folder "/" name_of[i] ".3")
        }
    }
    request(".SH \"SEE ALSO\"\n.BR libtally (3)")
    print ".BR " page " (3)" >see
    items = 0
}

# Comments.
/^\/\*/ {
    comment = ""
    is_comment = 1
    is_item = /^\/\*\*/
    if (/\*\/$/) {
        is_comment = 0
    }
    next
}
is_comment && /\*\/$/ && !/^ \* =/ {
    is_comment = 0
    comment = without_marks(comment)
    if (!has_overview) {
        has_overview = 1
        overview(comment)
    }
    next
}
is_comment && /^ \* =+ \*\/$/ {
    is_comment = 0
    finish_tier()
    tier = without_marks(comment)
    next
}
is_comment { comment = comment "\n" $0; next }

# What a comment describes: up to the empty line behind it.
is_item && $0 == "" {
    items++
    comments[items] = comment
    declarations[items] = declaration
    if (declaration ~ /^#define/) {
        kinds[items] = "constant"
        split(declaration, words, " ")
        name_of[items] = words[2]
    } else if (declaration ~ /^typedef/) {
        kinds[items] = "type"
        match(declaration, /tally_[a-z0-9_]+\)?(\([^;]*\))?;$/)
        name_of[items] = substr(declaration, RSTART)
        sub(/[^a-z0-9_].*/, "", name_of[items])
    } else {
        kinds[items] = "function"
        match(declaration, /tally_[a-z0-9_]+\(/)
        name_of[items] = substr(declaration, RSTART, RLENGTH - 1)
    }
    is_item = 0
    declaration = ""
    next
}
is_item && /^TALLY_API$/ { next }
is_item {
    sub(/^TALLY_API /, "")
    declaration = declaration (declaration == "" ? "" : "\n") $0
}

END { finish_tier() }
