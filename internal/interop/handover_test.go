package interop_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"strings"
	"time"
)

// handOverCommand is how provisioners run the test binary: it then stands in
// for any program that takes tokens from its environment.
const handOverCommand = "hand-over"

// refusedError says that the test does not take the tokens.
type refusedError struct{ Status string }

func (e refusedError) Error() string { return "the test answered " + e.Status }

// handOver posts the tokens.
func handOver() error {
	after, err := time.ParseDuration(os.Getenv("AFTER"))
	if err != nil {
		return err
	}
	time.Sleep(after)
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, os.Getenv("REPORT_URL"), strings.NewReader(os.Getenv("TOKENS"))) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return err
	}
	if resp.StatusCode != http.StatusOK {
		err = refusedError{Status: resp.Status}
	}
	return errors.Join(err, resp.Body.Close())
}
