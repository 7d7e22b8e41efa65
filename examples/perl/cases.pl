# Runs the shared cases, as tests/languages/plain.py writes them: perl cases.pl FILE

use strict;
use warnings;

use File::Basename qw(dirname);
use File::Temp ();
use lib dirname(__FILE__);
use Tally;

use constant {INVALID_ARGUMENT => 2, IO => 3, OVERLAP => 8};

# The status of the Tally::Error that a call dies with; 0 if it does not.
sub status {
    my ($call) = @_;
    return 0 if eval { $call->(); 1 };
    die $@ unless ref $@ eq 'Tally::Error';
    return $@->{status};
}

sub place { join ':', @{$_[0]}{qw(segment start end)} }

sub has_answers {
    my ($counter, $data, $count, $max_count, $segments, $matching, $complete, $listed) = @_;
    my @listed = split /,/, $listed;
    my @matches = map { place($_) } $counter->matches($data);
    my $cut = int(length($data) / 2);
    my ($left, $right) = (substr($data, 0, $cut), substr($data, $cut));
    my $stream = Tally::Stream->new($counter);
    $stream->feed($_) for $left, $right;
    my ($first, $second) = map { Tally::Summary->new($counter) } 1, 2;
    $first->feed($left);
    $second->feed($right);
    $first->feed($right) if status(sub { $first->merge($second) }) == OVERLAP;
    my $totals = $first->totals;
    my @each = $counter->has_counts($data, '', $data);
    my $match = $stream->match;
    my $matched = $matching > 0;

    return
           !$counter->has_count($data) == !$matched
        && $counter->count($data) == $count
        && $counter->max_count($data) == $max_count
        && $counter->matching_segments($data) == $matching
        && @matches == $matching
        && (!$complete || @listed == $matching)
        && "@matches[0 .. $#listed]" eq "@listed"
        && !$each[0] == !$matched
        && !$each[2] == !$matched
        && ($match ? place($match) : '') eq ($matches[0] // '')
        && "@{$totals}{qw(bytes count max_count segments matching_segments)}" eq
        join ' ', length $data, $count, $max_count, $segments, $matching;
}

sub is_right {
    my ($line) = @_;
    my (undef, $kind, $needle, $character, $named, $reset, $number, $data, $status, @expected) =
        split /\t/, $line, -1;
    my %name_of = reverse %Tally::RESETS;
    my @options = (
        $kind == 2 ? (character => $character) : (needle => pack('H*', $needle)),
        any_of => $kind == 1,
        min_number => $number,
        reset => $name_of{$named},
        reset_bytes => pack('H*', $reset),
    );
    return status(sub { Tally::Counter->new(@options) }) == $status if $status;
    return has_answers(Tally::Counter->new(@options), pack('H*', $data), @expected);
}

sub files_are_right {
    my $file = File::Temp->new;
    print $file "c\ncc\nc.c.c";
    close $file;
    my $counter = Tally::Counter->new(needle => 'c', min_number => 2, reset => 'newlines');
    my $summary = Tally::Summary->new($counter);
    $summary->feed_file($file->filename);
    return
           $summary->totals->{matching_segments} == 2
        && $summary->totals->{bytes} == 10
        && Tally::Stream->new($counter)->feed_file($file->filename)
        && status(sub { $summary->feed_file('no such file') }) == IO;
}

my ($passed, $failed) = (0, 0);

sub check {
    my ($name, $right) = @_;
    $right ? $passed++ : $failed++;
    warn "$name: wrong\n" unless $right;
}

open my $cases, '<', $ARGV[0] or die "$ARGV[0]: $!\n";
while (my $line = <$cases>) {
    chomp $line;
    check((split /\t/, $line)[0], is_right($line));
}
my $surrogate = sub { Tally::Counter->new(character => 0xD800, min_number => 1) };
check('a surrogate', status($surrogate) == INVALID_ARGUMENT);
check('text that is not encoded',
    !eval { Tally::Counter->new(needle => "\x{20AC}", min_number => 1); 1 });
check('files', files_are_right());
print "perl: $passed passed, $failed failed\n";
exit($failed ? 1 : 0);
