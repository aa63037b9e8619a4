package io.tranship.simulation;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// One operating-system process: it can be killed between any two of its steps, freeze in the
/// middle of its life and wake without knowing.
///
/// A step that was planned before a crash never happens. One that was planned before a freeze
/// happens when it is over, however late that is.
public final class Program {

    private final World world;
    private final String name;
    private final List<Runnable> starts = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();
    private double crashes;
    private long life;
    private boolean up;
    private Instant frozenUntil = Instant.MIN;

    public Program(World world, String name) {
        this.world = world;
        this.name = name;
    }

    public World world() {
        return world;
    }

    public String name() {
        return name;
    }

    /// What it does first in each of its lives.
    public void onStart(Runnable step) {
        starts.add(step);
    }

    /// What the world sees of its end: memory is lost, pipes close.
    public void onCrash(Runnable step) {
        ends.add(step);
    }

    /// How likely each of its dangerous places kills it.
    void crashesWith(double probability) {
        crashes = probability;
    }

    public void start() {
        up = true;
        life++;
        starts.forEach(Runnable::run);
    }

    public void crash() {
        if (up) {
            world.tell("%s crashes", name);
            up = false;
            life++;
            frozenUntil = Instant.MIN;
            ends.forEach(Runnable::run);
        }
    }

    public void freeze(Duration time) {
        world.tell("%s freezes for %s", name, time);
        frozenUntil = world.instant().plus(time);
    }

    public boolean isUp() {
        return up;
    }

    public boolean isFrozen() {
        return world.instant().isBefore(frozenUntil);
    }

    public long life() {
        return life;
    }

    public boolean lives(long thisLife) {
        return up && life == thisLife;
    }

    public void later(Duration delay, Runnable step) {
        var mine = life;
        world.in(delay, () -> turn(mine, step));
    }

    private void turn(long mine, Runnable step) {
        if (!lives(mine)) {
            return;
        }
        if (isFrozen()) {
            world.at(frozenUntil, () -> turn(mine, step));
            return;
        }
        try {
            step.run();
        } catch (Crash here) {
            world.tell("%s: killed %s", name, here.getMessage());
            crash();
        }
    }

    /// A place where being killed is interesting.
    public void danger(String where) {
        if (world.chance(crashes)) {
            throw new Crash(where);
        }
    }
}
