package provider

import (
	"context"
	"crypto/rand"
	"log/slog"
	"os"
	"time"

	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/apitoken/terraform-provider-apitoken/internal/token"
)

func newRuntime(version string) token.Runtime {
	return token.Runtime{
		Now:       time.Now,
		Random:    rand.Reader,
		Log:       slog.New(logHandler{}),
		Getenv:    os.Getenv,
		UserAgent: "terraform-provider-apitoken/" + version,
	}
}

// logHandler passes the engine's log records on to the CLI's log.
type logHandler struct{}

// Enabled leaves the choice of level to the CLI.
func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

// Handle logs a record.
func (logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs())
	record.Attrs(func(attr slog.Attr) bool {
		fields[attr.Key] = attr.Value.String()
		return true
	})
	if record.Level >= slog.LevelInfo {
		tflog.Info(ctx, record.Message, fields)
	} else {
		tflog.Debug(ctx, record.Message, fields)
	}
	return nil
}

// WithAttrs and WithGroup are not used by the engine.
func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }

// WithGroup implements slog.Handler.
func (h logHandler) WithGroup(string) slog.Handler { return h }
