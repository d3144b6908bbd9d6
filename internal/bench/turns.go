package main

import (
	"context"
	"slices"
	"time"
)

// timed does one thing and says how long it took.
type timed func(context.Context) (time.Duration, error)

// takeTurns does each thing once unmeasured, so that files are cached, and then
// all of them in turn, round after round. It returns a list of times a thing,
// in which the same index is the same round.
func takeTurns(ctx context.Context, rounds int, things ...timed) ([][]time.Duration, error) {
	times := make([][]time.Duration, len(things))
	for round := range rounds + 1 {
		for i, thing := range things {
			taken, err := thing(ctx)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				times[i] = append(times[i], taken)
			}
		}
	}
	return times, nil
}

// pairs is what two lists of times come to.
type pairs struct {
	rounds             int
	ours, other        time.Duration // medians
	ratio, least, most float64       // of ours to other, within a round; ratio is the median
}

// pair compares two lists of equal length, which must not be empty.
func pair(ours, other []time.Duration) pairs {
	ratios := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i].Seconds() / other[i].Seconds()
	}
	return pairs{
		rounds: len(ratios),
		ours:   median(ours),
		other:  median(other),
		ratio:  median(ratios),
		least:  slices.Min(ratios),
		most:   slices.Max(ratios),
	}
}

// median is the mean of the two in the middle where there is no single one.
func median[N time.Duration | float64](of []N) N {
	sorted := slices.Sorted(slices.Values(of))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}
