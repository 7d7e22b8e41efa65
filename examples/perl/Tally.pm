package Tally;

# libtally for Perl, by FFI::Platypus (2.00 or later). A file to copy.
#
#     my $counter = Tally::Counter->new(needle => ';', min_number => 64, reset => 'newlines');
#     for my $match ($counter->matches($data)) {
#         say 'line ', $match->{segment} + 1;
#     }
#
# Data are strings of bytes; text has to be encoded first. Handles are freed when nothing refers to
# them. A failed call dies with a Tally::Error, which has a status and a message.

use strict;
use warnings;

use FFI::Platypus 2.00;
use FFI::Platypus::Buffer qw(scalar_to_buffer);

# On macOS libtally.0.dylib, on Windows tally.dll.
my $ffi = FFI::Platypus->new(api => 2, lib => [$ENV{TALLY_LIBRARY} // 'libtally.so.0']);

our %RESETS = (none => 0, newlines => 1, spaces => 2, whitespace => 3);

# Functions that return a status, as ones that die. Data is a pointer and a length.
sub declare {
    my ($name, @parameters) = @_;
    $ffi->attach(
        ["tally_$name" => $name] => \@parameters => 'sint32',
        sub {
            my ($call, @arguments) = @_;
            my $status = $call->(@arguments);
            die Tally::Error->new($status) if $status != 0;
        }
    );
}

my @data = ('opaque', 'opaque', 'size_t');
declare('counter_new_with', 'opaque', 'opaque*');
declare('counter_has_count', @data, 'uint8*');
declare('counter_find', @data, 'opaque', 'opaque', 'size_t', 'size_t*');
declare("counter_$_", @data, 'uint64*') for qw(count max_count matching_segments);
declare('counter_has_counts', @data, 'opaque', 'size_t', 'opaque');
declare('stream_new', 'opaque', 'opaque*');
declare('stream_feed', @data, 'uint8*');
declare('stream_feed_file', 'opaque', 'string', 'opaque', 'uint8*');
declare('stream_match', 'opaque', 'opaque', 'uint8*');
declare('summary_new', 'opaque', 'opaque*');
declare('summary_feed', @data);
declare('summary_feed_file', 'opaque', 'string', 'opaque');
declare('summary_merge', 'opaque', 'opaque');
declare('summary_totals', 'opaque', 'opaque');
$ffi->attach(["tally_${_}_free" => "${_}_free"] => ['opaque'] => 'void')
    for qw(counter stream summary);
$ffi->attach([tally_status_message => 'status_message'] => ['sint32'] => 'string');

# The address and the length of a string of bytes.
sub bytes {
    utf8::downgrade($_[0], 1) or die "text has to be encoded first\n";
    return scalar_to_buffer($_[0]);
}

# The address of a string that the library writes to.
sub room {
    my ($address) = scalar_to_buffer($_[0]);
    return $address;
}

sub match {
    my %match;
    @match{qw(segment start end count)} = unpack 'Q4', $_[0];
    return \%match;
}

package Tally::Error;

use overload '""' => sub { "$_[0]{message}\n" }, fallback => 1;

sub new {
    my ($class, $status) = @_;
    return bless {status => $status, message => Tally::status_message($status)}, $class;
}

package Tally::Counter;

# A question: which segments have the needle at least min_number times?
#
# needle     a string of bytes; with any_of => 1, any byte of it counts
# character  instead of needle, a code point
# reset      a key of %RESETS; or reset_bytes, the bytes that end a segment
sub new {
    my ($class, %options) = @_;
    my $needle = $options{needle} // '';
    my $resets = $options{reset_bytes} // '';
    my ($needle_at, $needle_len) = Tally::bytes($needle);
    my ($resets_at, $resets_len) = Tally::bytes($resets);
    my $kind = defined $options{character} ? 2 : $options{any_of} ? 1 : 0;
    my $reset = $Tally::RESETS{$options{reset} // 'none'} // die "$options{reset}: no such reset\n";
    # The struct tally_counter_options, where pointers have 64 bits; its size comes first.
    my $fields = pack 'Q2 L4 Q2 Q2', $needle_at, $needle_len, $kind, $options{character} // 0, 0,
        $reset, $options{min_number}, 0, $resets_at, $resets_len;
    my $struct = pack('Q', 8 + length $fields) . $fields;
    Tally::counter_new_with(Tally::room($struct), \my $handle);
    return bless \$handle, $class;
}

sub DESTROY { Tally::counter_free(${$_[0]}) }

sub has_count {
    my ($self, $data) = @_;
    Tally::counter_has_count($$self, Tally::bytes($data), \my $matched);
    return $matched;
}

sub count {
    my ($self, $data) = @_;
    Tally::counter_count($$self, Tally::bytes($data), \my $count);
    return $count;
}

sub max_count {
    my ($self, $data) = @_;
    Tally::counter_max_count($$self, Tally::bytes($data), \my $count);
    return $count;
}

sub matching_segments {
    my ($self, $data) = @_;
    Tally::counter_matching_segments($$self, Tally::bytes($data), \my $segments);
    return $segments;
}

# All matches, found 64 at a time.
sub matches {
    my ($self, $data) = @_;
    my $matches = "\0" x (32 * 64);
    my ($at, @found) = Tally::room($matches);
    my $after;
    while (1) {
        Tally::counter_find($$self, Tally::bytes($data), $after, $at, 64, \my $number);
        push @found, map { Tally::match(substr $matches, 32 * $_, 32) } 0 .. $number - 1;
        return @found if $number < 64;
        # It may point to what the next call writes.
        $after = $at + 32 * 63;
    }
}

# Whether each of many strings has a match, in one call.
sub has_counts {
    my ($self, @strings) = @_;
    my $data = join '', @strings;
    my $lens = pack 'Q*', map { length } @strings;
    my $matched = "\0" x @strings;
    Tally::counter_has_counts($$self, Tally::bytes($data), Tally::room($lens), scalar @strings,
        Tally::room($matched));
    return unpack 'C*', $matched;
}

package Tally::Stream;

# Data in chunks or from files, up to the first match.
sub new {
    my ($class, $counter) = @_;
    Tally::stream_new($$counter, \my $handle);
    return bless \$handle, $class;
}

sub DESTROY { Tally::stream_free(${$_[0]}) }

# Whether a segment has matched so far.
sub feed {
    my ($self, $data) = @_;
    Tally::stream_feed($$self, Tally::bytes($data), \my $matched);
    return $matched;
}

sub feed_file {
    my ($self, $path) = @_;
    Tally::stream_feed_file($$self, $path, undef, \my $matched);
    return $matched;
}

# The first match, or undef.
sub match {
    my ($self) = @_;
    my $match = "\0" x 32;
    Tally::stream_match($$self, Tally::room($match), \my $matched);
    return $matched ? Tally::match($match) : undef;
}

package Tally::Summary;

# All totals of data in chunks or files; those of the parts of a text can be merged.
sub new {
    my ($class, $counter) = @_;
    Tally::summary_new($$counter, \my $handle);
    return bless \$handle, $class;
}

sub DESTROY { Tally::summary_free(${$_[0]}) }

sub feed {
    my ($self, $data) = @_;
    Tally::summary_feed($$self, Tally::bytes($data));
    return;
}

sub feed_file {
    my ($self, $path) = @_;
    Tally::summary_feed_file($$self, $path, undef);
    return;
}

# Adds a summary of what follows in the text.
sub merge {
    my ($self, $right) = @_;
    Tally::summary_merge($$self, $$right);
    return;
}

sub totals {
    my ($self) = @_;
    my $bytes = "\0" x 40;
    Tally::summary_totals($$self, Tally::room($bytes));
    my %totals;
    @totals{qw(bytes count max_count segments matching_segments)} = unpack 'Q5', $bytes;
    return \%totals;
}

1;
