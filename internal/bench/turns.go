package main

import (
	"context"
	"slices"
	"time"
)

// cost is what doing a thing once took: time on the clock, time of the processors, which
// changes less with what else the machine does, and token requests.
type cost struct {
	clock, cpu time.Duration
	requests   int
}

// turn does one thing and says what came of it.
type turn[T any] func(context.Context) (T, error)

// timed does one thing and says what it took.
type timed = turn[cost]

// takeTurns does each thing once unmeasured, so that files are cached, and then
// all of them in turn, round after round, each round beginning with another
// one: what comes before a thing may help or hinder it. It returns a list of
// results for each thing, in which the same index is the same round.
func takeTurns[T any](ctx context.Context, rounds int, things ...turn[T]) ([][]T, error) {
	results := make([][]T, len(things))
	for round := range rounds + 1 {
		for turn := range things {
			i := (round + turn) % len(things)
			result, err := things[i](ctx)
			if err != nil {
				return nil, err
			}
			if round > 0 {
				results[i] = append(results[i], result)
			}
		}
	}
	return results, nil
}

// pairs is what two lists of costs come to: medians, and ratios of ours to the other's within
// a round.
type pairs struct {
	rounds         int
	ours, other    cost
	cpu, low, high float64 // the median and the quartiles of the ratio of processor time; 0: not known
	clock          float64 // the median of the ratio of time on the clock
}

// pair compares two lists of equal length, which must not be empty.
func pair(ours, other []cost) pairs {
	clock := make([]float64, len(ours))
	cpu := make([]float64, len(ours))
	for i := range ours {
		clock[i] = ours[i].clock.Seconds() / other[i].clock.Seconds()
		if other[i].cpu > 0 {
			cpu[i] = ours[i].cpu.Seconds() / other[i].cpu.Seconds()
		}
	}
	low, high := quartiles(cpu)
	return pairs{rounds: len(ours), ours: medianCost(ours), other: medianCost(other), cpu: median(cpu), low: low, high: high, clock: median(clock)}
}

// medianCost has the medians of times, and the requests of the last round: they are the same in
// each.
func medianCost(costs []cost) cost {
	return cost{
		clock:    medianOf(costs, func(c cost) time.Duration { return c.clock }),
		cpu:      medianOf(costs, func(c cost) time.Duration { return c.cpu }),
		requests: costs[len(costs)-1].requests,
	}
}

// medianOf returns the median of what a function gives for each of a list.
func medianOf[T any, N time.Duration | float64](list []T, of func(T) N) N {
	numbers := make([]N, len(list))
	for i, entry := range list {
		numbers[i] = of(entry)
	}
	return median(numbers)
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
