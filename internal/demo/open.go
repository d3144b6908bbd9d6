package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// openCommand is the hidden command by which the provisioners run the demo. It
// stands in for any program that takes a token from its environment; the token
// is never on a command line.
const openCommand = "open"

// report is what the opener tells of an ephemeral token, which leaves no trace
// in the state to read it from.
type report struct {
	Type    string `json:"type"`
	Expires string `json:"expires"`
}

type statusError struct {
	Code   int
	Status string
}

func (e statusError) Error() string { return "the resource answered " + e.Status }

func openFromEnvironment(name string) error {
	if err := get(os.Getenv("DEMO_URL"), os.Getenv("DEMO_HEADER_NAME"), os.Getenv("DEMO_HEADER_VALUE")); err != nil {
		return fmt.Errorf("opening %s: %w", name, err)
	}
	data, err := json.Marshal(report{Type: os.Getenv("DEMO_TOKEN_TYPE"), Expires: os.Getenv("DEMO_EXPIRES_AT")})
	if err != nil {
		return err
	}
	return os.WriteFile(reportPath(os.Getenv("DEMO_REPORTS"), name), data, 0o600)
}

func get(url, header, value string) (err error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return err
	}
	request.Header.Set(header, value)
	response, err := http.DefaultClient.Do(request) //nolint:gosec // the URL is that of a server here
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		return statusError{response.StatusCode, response.Status}
	}
	_, err = io.Copy(io.Discard, response.Body)
	return err
}

func reportPath(dir, name string) string { return filepath.Join(dir, name+".json") }

func readReport(dir, name string) (report, error) {
	var r report
	data, err := os.ReadFile(reportPath(dir, name))
	if err != nil {
		return r, err
	}
	err = json.Unmarshal(data, &r)
	return r, err
}
