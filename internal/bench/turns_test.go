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

// on returns costs with times on the clock, and processor times of a tenth of them.
func on(clocks ...time.Duration) []cost {
	costs := make([]cost, len(clocks))
	for i, clock := range clocks {
		costs[i] = cost{clock: clock, cpu: clock / 10}
	}
	return costs
}

// A machine that slows down tenfold for one round changes no ratio.
func TestPair(t *testing.T) {
	t.Parallel()
	ours := on(11*time.Second, 120*time.Second, 12*time.Second)
	other := on(10*time.Second, 100*time.Second, 8*time.Second)
	ours[0].cpu, ours[2].cpu = 9*time.Second, time.Second
	other[0].cpu, other[2].cpu = 10*time.Second, time.Second
	want := pairs{rounds: 3, ours: 12 * time.Second, other: 10 * time.Second, ratio: 1.2, low: 1.1, high: 1.5, cpu: 1}
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
	if got := pair([]cost{{clock: time.Second}}, []cost{{clock: time.Second}}); got.cpu != 0 || got.ratio != 1 {
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
	if diff := cmp.Diff([][]time.Duration{{2, 3, 4}, {12, 13, 14}}, [][]time.Duration{clocks(got[0]), clocks(got[1])}); diff != "" {
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
