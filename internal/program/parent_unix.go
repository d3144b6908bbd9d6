//go:build unix

package program

import (
	"os"
	"time"
)

// parentInterval is how often AwaitParent looks.
const parentInterval = 500 * time.Millisecond

// AwaitParent waits until the process that has started this one has ended, however that ends,
// and reports whether it has. It reports false if nobody can tell.
func AwaitParent() bool {
	for parent := os.Getppid(); os.Getppid() == parent; {
		time.Sleep(parentInterval)
	}
	return true
}
