# Prints dpkg's symbols file, from the header, which says since when each function exists.
#
#     awk -f packaging/symbols.awk include/tally.h

BEGIN { print "libtally.so.0 libtally0 #MINVER#\n* Build-Depends-Package: libtally-dev" }

match($0, /Since [0-9]+\.[0-9]+\.[0-9]+/) { since = substr($0, RSTART + 6, RLENGTH - 6) }

# Declarations start in the first column, perhaps behind TALLY_API.
/^[a-zT]/ && !/^typedef/ && match($0, /tally_[a-z0-9_]+\(/) {
    print " " substr($0, RSTART, RLENGTH - 1) "@Base " since
}
