package main

import (
	"context"
	"slices"
	"time"
)

// cost is what doing a thing once took: time on the clock, and time of the
// processors, which changes less with what else the machine does.
type cost struct{ clock, cpu time.Duration }

// timed does one thing and says what it took.
type timed func(context.Context) (cost, error)

// takeTurns does each thing once unmeasured, so that files are cached, and then
// all of them in turn, round after round, each round beginning with another
// one: what comes before a thing may help or hinder it. It returns a list of
// costs for each thing, in which the same index is the same round.
func takeTurns(ctx context.Context, rounds int, things ...timed) ([][]cost, error) {
	costs := make([][]cost, len(things))
	for round := range rounds + 1 {
		for turn := range things {
			i := (round + turn) % len(things)
			taken, err := things[i](ctx)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				costs[i] = append(costs[i], taken)
			}
		}
	}
	return costs, nil
}

// pairs is what two lists of costs come to.
type pairs struct {
	rounds           int
	ours, other      time.Duration // medians, on the clock
	ratio, low, high float64       // of ours to other, within a round: the median and the quartiles
	cpu              float64       // the median of the ratios of processor time; 0: not known
}

// pair compares two lists of equal length, which must not be empty.
func pair(ours, other []cost) pairs {
	ratios := make([]float64, len(ours))
	cpu := make([]float64, len(ours))
	for i := range ours {
		ratios[i] = ours[i].clock.Seconds() / other[i].clock.Seconds()
		if other[i].cpu > 0 {
			cpu[i] = ours[i].cpu.Seconds() / other[i].cpu.Seconds()
		}
	}
	low, high := quartiles(ratios)
	return pairs{
		rounds: len(ratios), ours: median(clocks(ours)), other: median(clocks(other)),
		ratio: median(ratios), low: low, high: high, cpu: median(cpu),
	}
}

func clocks(costs []cost) []time.Duration {
	times := make([]time.Duration, len(costs))
	for i, c := range costs {
		times[i] = c.clock
	}
	return times
}

// quartiles have the middle half of a list between them.
func quartiles(of []float64) (low, high float64) {
	sorted := slices.Sorted(slices.Values(of))
	left := len(sorted) / 4
	return sorted[left], sorted[len(sorted)-1-left]
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
