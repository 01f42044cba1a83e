/// The timer of a scheduled backup, as a unit file of systemd.
struct TimerUnit {
  let backup: ScheduledBackup

  var text: String {
    let times = backup.times.map { "OnCalendar=*-*-* \($0.text):00\n" }.joined()
    return ServiceUnit.heading + """
      [Unit]
      Description=Times of the backup of port group servers by cupibulk

      [Timer]
      \(times)# A time that was missed, because the machine was off, is made up for.
      Persistent=true
      # Not all machines begin in the same second; each keeps its own delay.
      RandomizedDelaySec=\(Wording.duration(backup.randomDelay))
      FixedRandomDelay=true
      Unit=\(backup.serviceName)

      [Install]
      WantedBy=timers.target

      """
  }
}
