package program

import "os"

// AwaitParent waits until the process that has started this one has ended, however that ends,
// and reports whether it has. It reports false if nobody can tell.
func AwaitParent() bool {
	parent, err := os.FindProcess(os.Getppid())
	if err != nil {
		return false
	}
	_, err = parent.Wait()
	return err == nil
}
