package weft.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;
import weft.lab.LabException;
import weft.netio.Errno;
import weft.netio.ErrnoException;

/** Turns what a command throws into a sentence on standard error; a stack trace only where it is our own mistake. */
final class Failure implements IExecutionExceptionHandler {
    @Override
    public int handleExecutionException(Exception cause, CommandLine command, ParseResult parsed) throws Exception {
        switch (cause) {
            case CommandException told -> say(command, told.getMessage());
            case LabException told -> say(command, told.getMessage());
            case ErrnoException e
            when e.errno() == Errno.EPERM || e.errno() == Errno.EACCES ->
                say(command, e.getMessage() + "\nThis needs root: try it with sudo.");
            case NoSuchFileException e -> say(command, e.getFile() + ": there is no such file");
            case AccessDeniedException e -> say(command, e.getFile() + ": access denied\nTry it with sudo.");
            case IOException e -> say(command, e.getMessage());
            default -> throw cause;
        }
        return command.getCommandSpec().exitCodeOnExecutionException();
    }

    private static void say(CommandLine command, @Nullable String message) {
        command.getErr().println("weft: " + message);
    }
}
