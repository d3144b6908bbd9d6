package program

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// asProgram is the first argument of this test when it is the program that is run.
const asProgram = "as"

func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == asProgram {
		os.Exit(act(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// self returns the command line of a program that does what it is told.
func self(t *testing.T, verb string, arguments ...string) []string {
	t.Helper()
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return append([]string{path, asProgram, verb}, arguments...)
}

// act is what the program does. It returns its exit status.
func act(verb string, arguments []string) int {
	switch verb {
	case "print":
		fmt.Print(strings.Join(arguments, ""))
	case "complain":
		fmt.Fprint(os.Stderr, arguments[1])
		fmt.Print("hush")
		status, _ := strconv.Atoi(arguments[0])
		return status
	case "arguments":
		fmt.Printf("%q", arguments)
	case "variable":
		fmt.Print(os.Getenv(arguments[0]))
	case "copy":
		_, _ = io.Copy(os.Stdout, os.Stdin)
		fmt.Print(".")
	case "flood":
		for {
			if _, err := os.Stdout.WriteString(strings.Repeat("hush", 1000)); err != nil {
				return 1
			}
		}
	case "hang", "leave":
		return actTogether(verb, arguments[0])
	case "run", "run alone":
		return runFor(verb)
	case "terminal":
		_, err := os.Open(arguments[0]) //nolint:gosec // the test's own
		fmt.Print(err != nil)
	}
	return 0
}

// actTogether starts a child, tells the test at an address that both are there, and hangs.
// To leave is to end at once, and to let the child hang with the output.
func actTogether(verb, address string) int {
	if child, isChild := strings.CutPrefix(address, "child "); isChild {
		return hang(child)
	}
	child := exec.Command(os.Args[0], asProgram, "hang", "child "+address) //nolint:noctx,gosec // it is to hang
	child.Stdout = os.Stdout
	if err := child.Start(); err != nil {
		return 1
	}
	fmt.Print("by then")
	if verb == "leave" {
		return 0
	}
	return hang(address)
}

// runFor runs a program that hangs until somebody kills this process: with a child and a
// guard, or without both.
func runFor(verb string) int {
	path, err := os.Executable()
	if err != nil {
		return 1
	}
	args := []string{path, asProgram, "hang", ""}
	if verb == "run" {
		_, _ = Run(context.Background(), args, nil, time.Hour)
		return 0
	}
	args[3] = "child "
	runtime.LockOSThread()
	r, err := start(context.Background(), args, nil, nil)
	if err != nil {
		return 1
	}
	_, _ = r.wait(context.Background())
	return 0
}

// addressVariable has the address to which hang connects if it has no other.
const addressVariable = "APITOKEN_TEST_ADDRESS"

// hang connects to an address, and waits for what never comes.
func hang(address string) int {
	connection, err := net.DialTimeout("tcp", cmp.Or(address, os.Getenv(addressVariable)), time.Minute) //nolint:noctx,gosec // it is to hang, with the test
	if err != nil {
		return 1
	}
	_, _ = connection.Read(make([]byte, 1))
	return 0
}
