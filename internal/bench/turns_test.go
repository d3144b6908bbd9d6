package main

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of   []float64
		want float64
	}{
		{[]float64{3}, 3},
		{[]float64{4, 1}, 2.5},
		{[]float64{9, 1, 2}, 2},
		{[]float64{100, 1, 2, 3}, 2.5},
	} {
		given := slices.Clone(c.of)
		if got := median(given); got != c.want {
			t.Errorf("median(%v) = %v, want %v", c.of, got, c.want)
		}
		if !slices.Equal(given, c.of) {
			t.Errorf("median left %v of %v", given, c.of)
		}
	}
}

// on returns costs with processor times, and times on the clock of ten times as much.
func on(cpus ...time.Duration) []cost {
	costs := make([]cost, len(cpus))
	for i, cpu := range cpus {
		costs[i] = cost{clock: 10 * cpu, cpu: cpu, requests: i}
	}
	return costs
}

// A machine that slows down tenfold for one round changes no ratio.
func TestPair(t *testing.T) {
	t.Parallel()
	ours := on(11*time.Second, 120*time.Second, 12*time.Second)
	other := on(10*time.Second, 100*time.Second, 8*time.Second)
	ours[2].clock = 80 * time.Second
	want := pairs{
		rounds: 3, ours: cost{110 * time.Second, 12 * time.Second, 2}, other: cost{100 * time.Second, 10 * time.Second, 2},
		cpu: 1.2, low: 1.1, high: 1.5, clock: 1.1,
	}
	if got := pair(ours, other); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestQuartiles(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		of        []float64
		low, high float64
	}{
		{[]float64{3}, 3, 3},
		{[]float64{3, 1, 2}, 1, 3},
		{[]float64{9, 1, 3, 2, 4}, 2, 4},
		{[]float64{8, 7, 6, 5, 4, 3, 2, 1}, 3, 6},
	} {
		if low, high := quartiles(c.of); low != c.low || high != c.high {
			t.Errorf("quartiles(%v) = %v, %v, want %v, %v", c.of, low, high, c.low, c.high)
		}
	}
}

func TestPairWithoutProcessorTime(t *testing.T) {
	t.Parallel()
	if got := pair([]cost{{clock: time.Second}}, []cost{{clock: time.Second}}); got.cpu != 0 || got.clock != 1 {
		t.Errorf("got %+v", got)
	}
}

func TestTakeTurns(t *testing.T) {
	t.Parallel()
	var order string
	thing := func(name string, first time.Duration) timed {
		calls := time.Duration(0)
		return func(context.Context) (cost, error) {
			order += name
			calls++
			return cost{clock: first + calls}, nil
		}
	}
	got := clitest.Must(takeTurns(t.Context(), 3, thing("a", 0), thing("b", 10)))(t)
	if want := "abbaabba"; order != want {
		t.Errorf("the turns were %s, want %s", order, want)
	}
	// The first call of each is not measured.
	want := [][]cost{{{clock: 2}, {clock: 3}, {clock: 4}}, {{clock: 12}, {clock: 13}, {clock: 14}}}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(cost{})); diff != "" {
		t.Errorf("times (-want +got):\n%s", diff)
	}
}

func TestTakeTurnsEndsWithTheFirstFailure(t *testing.T) {
	t.Parallel()
	failure := errors.New("no plan")
	calls := 0
	failing := func(context.Context) (cost, error) {
		calls++
		return cost{}, failure
	}
	if _, err := takeTurns(t.Context(), 3, failing); !errors.Is(err, failure) || calls != 1 {
		t.Errorf("got %v after %d calls, want %v after 1", err, calls, failure)
	}
}
