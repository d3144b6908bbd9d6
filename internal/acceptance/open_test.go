package acceptance

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/apitoken/terraform-provider-apitoken/internal/clitest"
)

// openCommand is how provisioners run the test binary: it then stands in for
// any program that takes a token from its environment.
const openCommand = "open-the-resource"

func TestMain(m *testing.M) {
	served, err := serveCaller(filepath.Base(os.Args[0]))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	if !served {
		os.Exit(clitest.Main(m, map[string]func() error{openCommand: open, callCommand: callFromEnvironment}))
	}
}

// closedError says that the resource stayed closed.
type closedError struct{ Status string }

func (e closedError) Error() string { return "the resource answered " + e.Status }

func open() error {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, os.Getenv("RESOURCE_URL"), http.NoBody) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return err
	}
	request.Header.Set(os.Getenv("HEADER_NAME"), os.Getenv("HEADER_VALUE"))
	response, err := http.DefaultClient.Do(request) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		err = closedError{Status: response.Status}
	}
	if failed := response.Body.Close(); err == nil {
		err = failed
	}
	return err
}
