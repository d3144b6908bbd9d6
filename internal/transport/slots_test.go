package transport

import (
	"math"
	"testing"
)

func TestSlots(t *testing.T) {
	t.Parallel()
	for limit, want := range map[uint64]int{0: 2, 16: 2, 20: 2, 40: 8, 256: 80, 1024: 336, math.MaxUint64: 1 << 16} {
		if got := cap(newSlots(limit)); got != want {
			t.Errorf("%d files: %d slots, want %d", limit, got, want)
		}
	}
}
